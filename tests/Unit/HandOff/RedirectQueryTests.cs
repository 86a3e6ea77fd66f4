using SseFabric.Frontend.HandOff;

namespace SseFabric.Unit.HandOff;

[Trait("Suite", "Unit")]
public sealed class RedirectQueryTests
{
    [Theory]
    [InlineData("global&channel_1", "global|channel_1")]
    [InlineData("polling&lastEventId=42&global", "global")]
    [InlineData("channel=a&b&channel=c", "a|b|c")]
    [InlineData("a&b&a", "a|b|a")]
    [InlineData("", "")]
    [InlineData("&&a&", "a")]
    [InlineData("polling=1&lastEventId", "")]
    [InlineData("a%20b", "a b")]
    [InlineData("a+b", "a b")]
    [InlineData("a%2Bb", "a+b")]
    [InlineData("a%26b&a%3Db", "a&b|a=b")]
    [InlineData("foo=bar", "foo=bar")]
    [InlineData("=x", "=x")]
    [InlineData("lastEventId%3D5", "lastEventId=5")]
    [InlineData("polling%3D", "polling=")]
    [InlineData("channel=polling&channel=lastEventId", "polling|lastEventId")]
    [InlineData("channel&sig&exp", "channel|sig|exp")]
    [InlineData("channel%3Da&sig%3Db&exp%3Dc", "channel=a|sig=b|exp=c")]
    [InlineData("channel=a=b", "a=b")]
    [InlineData("Polling&LASTEVENTID", "Polling|LASTEVENTID")]
    [InlineData("sig=x&exp=1&a", "a")]
    [InlineData("%C3%A9%E2%82%AC&é€", "é€|é€")]
    [InlineData("%2541", "%41")]
    [InlineData("100%", "100%")]
    [InlineData("a?b", "a?b")]
    public void TryRead_Items_AreChannelsUnlessReserved(string query, string channels)
    {
        Assert.True(RedirectQuery.TryRead(query, out var read, out _));

        Assert.Equal(channels, string.Join('|', read.Channels));
    }

    [Theory]
    [InlineData("a", null, false)]
    [InlineData("polling&a", null, true)]
    [InlineData("a&polling=", null, true)]
    [InlineData("%70olling", null, true)]
    [InlineData("lastEventId=42&a", "42", false)]
    [InlineData("lastEventId=&a", "", false)]
    [InlineData("lastEventId=1&lastEventId=2", "1", false)]
    [InlineData("lastEventId=a%26polling", "a&polling", false)]
    public void TryRead_Options_AreTaken(string query, string? lastEventId, bool isPoll)
    {
        Assert.True(RedirectQuery.TryRead(query, out var read, out _));

        Assert.Equal(lastEventId, read.LastEventId);
        Assert.Equal(isPoll, read.IsPoll);
    }

    [Theory]
    [InlineData("a&b%0Ac", "control characters; this one holds U+000A")]
    [InlineData("a&%00", "U+0000")]
    [InlineData("a%FF", "valid UTF-8")]
    [InlineData("a&channel=", "must not be empty")]
    public void TryRead_BadName_IsRefusedWithTheReason(string query, string reason)
    {
        Assert.False(RedirectQuery.TryRead(query, out _, out var error));

        Assert.Contains(reason, error, StringComparison.Ordinal);
    }
}
