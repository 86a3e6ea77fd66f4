using SseFabric.Channels.Configuration;

namespace SseFabric.Unit.Configuration;

public class ListenAddressTests
{
    [Theory]
    [InlineData("127.0.0.1:6380", "127.0.0.1:6380")]
    [InlineData("0.0.0.0:6380", "0.0.0.0:6380")]
    [InlineData("[::1]:6380", "[::1]:6380")]
    [InlineData("[::]:0", "[::]:0")]
    [InlineData("localhost:6380", "127.0.0.1:6380")]
    public void Parse_Address_IsThatAddress(string text, string endpoint)
    {
        Assert.True(ListenAddress.TryParse(text, out var address));
        Assert.Equal(endpoint, address.EndPoint.ToString());
    }

    [Fact]
    public void Parse_Star_IsEveryAddress()
    {
        Assert.True(ListenAddress.TryParse("*:6380", out var all));
        Assert.Contains(all.EndPoint.ToString(), (string[])["[::]:6380", "0.0.0.0:6380"]);
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
    public void Parse_AnythingElse_IsRefused(string text) => Assert.False(ListenAddress.TryParse(text, out _));
}
