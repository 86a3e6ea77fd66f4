using System.Text;
using SseFabric.Channels.Stats;
using SseFabric.Contracts;
using SseFabric.Contracts.Stats;

namespace SseFabric.Unit.Stats;

/// <summary>Lines as Graphite reads them.</summary>
[Trait("Suite", "Unit")]
[Trait("Parity", "140")]
public sealed class GraphiteLinesTests
{
    [Theory]
    [InlineData("base", "base")]
    [InlineData("news.de 7", "news_de_7")]
    [InlineData("a/b;c=d\u00fc-_", "a_b_c_d_-_")]
    public void Sanitized_AnyChannel_IsOneStepOfAPath(string channel, string expected) => Assert.Equal(expected, GraphiteLines.Sanitized(channel));

    [Fact]
    public void Write_ChannelsOfOneName_AreCountedTogether() =>
        Assert.Equal(["p.a_b 5 9\np.c 1 9\n"], Lines([("a.b", 3), ("a b", 2), ("c", 1)]));

    [Fact]
    public void Write_ManyChannels_FillsDatagramsWithWholeLines()
    {
        var channels = Enumerable.Range(0, 300).Select(i => (new string('x', 1 + (i % 250)) + i, i)).ToArray();

        var datagrams = Lines(channels);

        Assert.All(datagrams, datagram => Assert.InRange(datagram.Length, 1, GraphiteLines.MaxDatagramBytes));
        Assert.All(datagrams, datagram => Assert.EndsWith("\n", datagram, StringComparison.Ordinal));
        Assert.Equal(channels.Select(channel => $"p.{channel.Item1} {channel.i} 9"), string.Concat(datagrams).TrimEnd('\n').Split('\n'));
    }

    private static string[] Lines((string Channel, int Subscribers)[] channels) =>
        [.. GraphiteLines.Write("p", channels.Select(channel => new ChannelStats(ChannelName.Parse(channel.Channel), channel.Subscribers, 0)), 9).Select(Encoding.ASCII.GetString)];
}
