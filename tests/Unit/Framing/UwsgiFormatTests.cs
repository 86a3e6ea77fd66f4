using System.Text;
using SseFabric.Contracts;
using SseFabric.Frontend.Feeds;
using SseFabric.Frontend.Framing;

namespace SseFabric.Unit.Framing;

/// <summary>What uwsgi-sse-offload writes, byte for byte, with its faults mended.</summary>
[Trait("Suite", "Unit")]
public sealed class UwsgiFormatTests
{
    private static readonly ChannelFeed s_feed = new(ChannelName.Parse("a"));
    private readonly UwsgiFormat _format = new();

    [Theory]
    [Trait("Parity", "1")]
    [Trait("Parity", "2")]
    [Trait("Parity", "3")]
    [Trait("Parity", "4")]
    [Trait("Parity", "5")]
    [Trait("Parity", "6")]
    [Trait("Parity", "7")]
    [Trait("Parity", "9")]
    [Trait("Parity", "12")]
    [InlineData("foobar", "data: foobar\n\n")]
    [InlineData("foobar\nfoobar2", "data: foobar\ndata: foobar2\n\n")]
    [InlineData("tail\n", "data: tail\ndata: \n\n")]
    [InlineData("\n", "data: \ndata: \n\n")]
    [InlineData("x\n\ny", "data: x\ndata: \ndata: y\n\n")]
    [InlineData("a\r\nb", "data: a\ndata: b\n\n")]
    [InlineData("a\rb", "data: a\ndata: b\n\n")]
    [InlineData("data: already\n\n", "data: data: already\ndata: \ndata: \n\n")]
    [InlineData("é€😀", "data: é€😀\n\n")]
    public void Body_Payload_EveryLineIsADataField(string payload, string body) =>
        Assert.Equal(body, Encoding.UTF8.GetString(Body(Encoding.UTF8.GetBytes(payload))!));

    [Fact]
    public void Body_HostilePayload_ParserGivesItBackAsOneEventWithoutId() => Seeds.Each(5000, random =>
    {
        byte[] payload = [.. random.NextPayload(), (byte)'x'];
        var only = Assert.Single(Parsed.Events(Body(payload)!, random.Next(1, 9)));

        Assert.Equal((Parsed.Normalized(payload), "message"), (only.Data, only.EventType));
        Assert.Null(only.EventId);
        Assert.Null(only.ReconnectionInterval);
    });

    private byte[]? Body(byte[] payload) => _format.Body(s_feed, new PublishedEvent(new Cursor(1, 1), 0, new NewEvent(payload)));
}
