using SseFabric.Channels.RespDoor;

namespace SseFabric.Unit.RespDoor;

public class ListenAddressTests
{
    [Theory]
    [InlineData("127.0.0.1:6380", "127.0.0.1:6380")]
    [InlineData("0.0.0.0:6380", "0.0.0.0:6380")]
    [InlineData("[::1]:6380", "[::1]:6380")]
    [InlineData("[::]:0", "[::]:0")]
    public void Parse_Address_IsThatAddress(string text, string endpoint)
    {
        Assert.True(ListenAddress.TryParse(text, out var address, out _));
        Assert.Equal(endpoint, Assert.Single(address.EndPoints).ToString());
    }

    [Fact]
    public void Parse_Names_AreLoopbackAndEverything()
    {
        Assert.True(ListenAddress.TryParse("localhost:6380", out var local, out _));
        Assert.Equal("127.0.0.1:6380", local.EndPoints[0].ToString());
        Assert.True(ListenAddress.TryParse("*:6380", out var all, out _));
        Assert.Contains(Assert.Single(all.EndPoints).ToString(), (string[])["[::]:6380", "0.0.0.0:6380"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("6380")]
    [InlineData(":6380")]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.1:")]
    [InlineData("127.0.0.1:65536")]
    [InlineData("127.0.0.1:-1")]
    [InlineData("::1:6380")]
    [InlineData("[127.0.0.1]:6380")]
    [InlineData("example.org:6380")]
    public void Parse_AnythingElse_IsRefusedWithTheReason(string text)
    {
        Assert.False(ListenAddress.TryParse(text, out _, out var error));
        Assert.EndsWith(".", error, StringComparison.Ordinal);
    }
}
