using SseFabric.Frontend.Profiles;

namespace SseFabric.Unit.Profiles;

[Trait("Suite", "Unit")]
public sealed class RedisseRequestTests
{
    [Theory]
    [InlineData("/?a&access_token=x&b", false, "a|access_token|b")]
    [InlineData("/?a&access_token=x&b", true, "a|b")]
    [InlineData("/?access_token&a&access%5Ftoken=x&access_tokens", true, "a|access_tokens")]
    [InlineData("/?access_token=x", true, "")]
    public void TryRead_AccessToken_IsAChannelOnlyWhereTokensDontCount(string target, bool hasTokens, string channels)
    {
        Assert.True(RedisseRequest.TryRead(target, 100, hasTokens, out var request, out _));
        Assert.Equal(channels, string.Join('|', request.Channels));
    }
}
