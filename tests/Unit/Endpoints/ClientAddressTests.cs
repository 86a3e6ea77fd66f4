using System.Net;
using Microsoft.AspNetCore.Http;
using SseFabric.Frontend.Endpoints;

namespace SseFabric.Unit.Endpoints;

[Trait("Suite", "Unit")]
public sealed class ClientAddressTests
{
    private static readonly ClientAddress s_addresses = new(["10.0.0.0/8", "192.0.2.7", "::1", "2001:db8::/32"]);

    [Theory]
    [InlineData("203.0.113.9", "198.51.100.1", "203.0.113.9")]
    [InlineData("10.1.1.1", null, "10.1.1.1")]
    [InlineData("10.1.1.1", "", "10.1.1.1")]
    [InlineData("10.1.1.1", "198.51.100.1", "198.51.100.1")]
    [InlineData("10.1.1.1", "198.51.100.1:4711", "198.51.100.1")]
    [InlineData("10.1.1.1", "203.0.113.1, 198.51.100.1", "198.51.100.1")]
    [InlineData("10.1.1.1", "203.0.113.1, 198.51.100.1, 10.2.2.2,192.0.2.7", "198.51.100.1")]
    [InlineData("10.1.1.1", "10.2.2.2, 10.3.3.3", "10.2.2.2")]
    [InlineData("10.1.1.1", "198.51.100.1, garbage, 10.3.3.3", "10.3.3.3")]
    [InlineData("10.1.1.1", "unknown", "10.1.1.1")]
    [InlineData("::ffff:10.1.1.1", "::ffff:198.51.100.1", "198.51.100.1")]
    [InlineData("::1", "2001:db8::5, 2001:db8::6", "2001:db8::5")]
    [InlineData("::1", "[2a00::5]:4711", "2a00::5")]
    public void Of_Request_IsTheFirstAddressThatNoProxyVouchesFor(string peer, string? forwarded, string expected)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse(peer);
        context.Request.Headers["X-Forwarded-For"] = forwarded;

        Assert.Equal(IPAddress.Parse(expected), s_addresses.Of(context));
    }

    [Fact]
    public void Of_SeveralHeaders_AreOneList()
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse("10.1.1.1");
        context.Request.Headers["X-Forwarded-For"] = new(["203.0.113.1", "198.51.100.1, 10.2.2.2"]);

        Assert.Equal(IPAddress.Parse("198.51.100.1"), s_addresses.Of(context));
    }

    [Fact]
    public void Of_NoPeer_IsNobody() => Assert.Null(s_addresses.Of(new DefaultHttpContext()));
}
