using SseFabric.Frontend.Authorization;

namespace SseFabric.Unit.Authorization;

[Trait("Suite", "Unit")]
public sealed class RevokedTokensTests
{
    [Fact]
    public void Add_MoreThanItKeeps_ForgetsTheOldest()
    {
        var revoked = new RevokedTokens();
        for (var i = 0; i <= RevokedTokens.MaxTokens; i++)
        {
            revoked.Add($"{i}");
            revoked.Add($"{i}");
        }

        Assert.False(revoked.Contains("0"));
        Assert.True(revoked.Contains("1"));
        Assert.True(revoked.Contains($"{RevokedTokens.MaxTokens}"));
        Assert.False(revoked.Contains(null));
    }
}
