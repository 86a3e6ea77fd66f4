using System.Text;
using SseFabric.Contracts;
using SseFabric.Frontend.Endpoints;

namespace SseFabric.Unit.Endpoints;

[Trait("Suite", "Unit")]
public sealed class StreamRequestTests
{
    private const int MaxChannels = 5;

    [Theory]
    [InlineData("/events?channel=a", "a")]
    [InlineData("/events?channel=a&channel=b&channel=a", "a|b")]
    [InlineData("/events?channel=b&channel=%62&channel=B", "b|B")]
    [InlineData("/events?a=1&channel=x&&=&channel", null)]
    [InlineData("/events?x&channel=a&y=channel=b", "a")]
    [InlineData("/events?channel=a+b%2Bc%20d", "a b+c d")]
    [InlineData("/events?%63hannel=a", "a")]
    [InlineData("/events?Channel=a", null)]
    [InlineData("/events?channel=100%&channel=%4&channel=%zz", "100%|%4|%zz")]
    [InlineData("/events?channel=%2541", "%41")]
    [InlineData("/events?channel=a%26b%3Dc", "a&b=c")]
    [InlineData("/events?channel=a=b", "a=b")]
    [InlineData("/events?channel=%C3%A9%F0%9F%98%80", "é😀")]
    [InlineData("/events?channel=a?b", "a?b")]
    [InlineData("http://host/events?channel=a", "a")]
    [InlineData("/events", null)]
    [InlineData("/events?", null)]
    [InlineData("/events?channel=", null)]
    [InlineData("/events?channel=a&channel=", null)]
    public void TryRead_Query_NamesTheChannels(string target, string? channels) => AssertChannels(target, false, channels);

    [Theory]
    [InlineData("/events/a", "a")]
    [InlineData("/events/a%2Fb", "a/b")]
    [InlineData("/events/a+b", "a+b")]
    [InlineData("/events/a%20b", "a b")]
    [InlineData("/events/a%252Fb", "a%2Fb")]
    [InlineData("/events/a?x=b&Channel=b&y=channel=b", "a")]
    [InlineData("/events/", null)]
    [InlineData("/events/%FF", null)]
    public void TryRead_Path_IsOneSegmentDecodedOnce(string target, string? channels) => AssertChannels(target, true, channels);

    [Theory]
    [InlineData("channel=b")]
    [InlineData("channel=a")]
    [InlineData("channel")]
    [InlineData("x&%63hannel=b")]
    public void TryRead_ChannelInPathAndQuery_IsRefusedWithTheReason(string query)
    {
        Assert.False(StreamRequest.TryRead($"/events/a?{query}", true, null, MaxChannels, out _, out var error));
        Assert.Contains("either in the path or in the query", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("%00", "control characters; this one holds U+0000")]
    [InlineData("a%0Ab", "control characters; this one holds U+000A")]
    [InlineData("%7F", "control characters; this one holds U+007F")]
    [InlineData("%C2%85", "control characters; this one holds U+0085")]
    [InlineData("%80", "valid UTF-8")]
    [InlineData("%C3", "valid UTF-8")]
    [InlineData("%C0%80", "valid UTF-8")]
    [InlineData("%ED%A0%80", "valid UTF-8")]
    [InlineData("%F4%90%80%80", "valid UTF-8")]
    public void TryRead_BadName_IsRefusedWithTheReason(string name, string reason)
    {
        Assert.False(StreamRequest.TryRead($"/events?channel=good&channel={name}", false, null, MaxChannels, out _, out var error));
        Assert.Contains(reason, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a", 255, true)]
    [InlineData("a", 256, false)]
    [InlineData("%61", 255, true)]
    [InlineData("%61", 256, false)]
    [InlineData("%C3%A9", 127, true)]
    [InlineData("%C3%A9", 128, false)]
    public void TryRead_LongName_AtMost255Bytes(string part, int times, bool isGood) =>
        Assert.Equal(isGood, StreamRequest.TryRead($"/events?channel={string.Concat(Enumerable.Repeat(part, times))}", false, null, MaxChannels, out _, out _));

    [Fact]
    public void TryRead_MoreThanMaxChannels_IsRefusedAndRepeatsCountOnce()
    {
        var five = string.Join('&', Enumerable.Range(0, 5).Select(i => $"channel=c{i}"));
        Assert.True(StreamRequest.TryRead($"/events?{five}&{five}", false, null, MaxChannels, out var request, out _));
        Assert.Equal(5, request.Channels.Length);
        Assert.False(StreamRequest.TryRead($"/events?{five}&channel=c5", false, null, MaxChannels, out _, out var error));
        Assert.Equal("A request may name at most 5 channels; this one names 6.", error);
    }

    [Theory]
    [InlineData(null, "", null)]
    [InlineData("1-1", "", "1-1")]
    [InlineData(null, "&lastEventId=2-2", "2-2")]
    [InlineData("", "&lastEventId=2-2", "2-2")]
    [InlineData("1-1", "&lastEventId=2-2", "1-1")]
    [InlineData(null, "&lastEventId=2-2&lastEventId=3-3", "2-2")]
    [InlineData(null, "&lastEventId=a%26%FF", "a&\uFFFD")]
    public void TryRead_LastEventId_HeaderBeforeQuery(string? header, string query, string? expected)
    {
        Assert.True(StreamRequest.TryRead($"/events?channel=a{query}", false, header, MaxChannels, out var request, out _));
        Assert.Equal(expected, request.LastEventId);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("&polling", true)]
    [InlineData("&polling=", true)]
    [InlineData("&polling=1", true)]
    [InlineData("&polling=0", true)]
    [InlineData("&%70olling", true)]
    [InlineData("&Polling", false)]
    [InlineData("&x=polling", false)]
    [InlineData("&polling2", false)]
    public void TryRead_Polling_IsAPollWithAnyValue(string query, bool expected)
    {
        Assert.True(StreamRequest.TryRead($"/events?channel=a{query}", false, null, MaxChannels, out var request, out _));
        Assert.Equal(expected, request.IsPoll);
    }

    [Fact]
    public void TryRead_AnyTarget_IsARequestOrARefusalWithAReason() =>
        Seeds.Each(20_000, random =>
        {
            string[] parts = ["channel=", "&", "=", "%", "%4", "%41", "%FF", "%00", "+", "?", "/", "a", "lastEventId=", "é", "\uD800", "#", ";"];
            var target = new StringBuilder("/events");
            for (var left = random.Next(15); left > 0; left--)
            {
                target.Append(parts[random.Next(parts.Length)]);
            }

            var isGood = StreamRequest.TryRead(target.ToString(), random.Next(2) == 0, null, MaxChannels, out var request, out var error);

            Assert.Equal(isGood, error is null);
            if (isGood)
            {
                Assert.InRange(request!.Channels.Length, 1, MaxChannels);
                Assert.All(request.Channels, channel => Assert.Equal(channel, ChannelName.Parse(channel.Value)));
            }
        });

    [Theory]
    [InlineData(null, true, false)]
    [InlineData("", true, false)]
    [InlineData("*/*", true, false)]
    [InlineData("text/*", true, false)]
    [InlineData("text/event-stream", true, true)]
    [InlineData("TEXT/Event-Stream", true, true)]
    [InlineData("text/event-stream;charset=utf-8", true, true)]
    [InlineData("text/event-stream; charset=UTF-8; q=0.9", true, true)]
    [InlineData("text/html, text/event-stream;q=0.5", true, true)]
    [InlineData("text/html, */*;q=0.1", true, false)]
    [InlineData("text/html", false, false)]
    [InlineData("application/json, text/plain", false, false)]
    [InlineData("text/event-stream;q=0", false, false)]
    [InlineData("text/event-stream;q=0, */*", false, false)]
    [InlineData("text/*;q=0, */*", false, false)]
    [InlineData("*/*;q=0", false, false)]
    [InlineData("text/*;q=0, text/event-stream", true, true)]
    [InlineData("text/event-streams", false, false)]
    [InlineData("nonsense", true, false)]
    [InlineData(";;;", true, false)]
    public void ReadAccept_Table(string? accept, bool accepts, bool byName) =>
        Assert.Equal((accepts, byName), StreamRequest.ReadAccept(accept is null ? [] : [accept]));

    [Fact]
    public void ReadAccept_SeveralHeaders_AreOneList() =>
        Assert.Equal((true, true), StreamRequest.ReadAccept(["text/html", "text/event-stream"]));

    private static void AssertChannels(string target, bool channelInPath, string? channels)
    {
        var isGood = StreamRequest.TryRead(target, channelInPath, null, MaxChannels, out var request, out var error);
        Assert.Equal(channels, isGood ? string.Join('|', request!.Channels.Select(channel => channel.Value)) : null);
        Assert.Equal(isGood, error is null);
    }
}
