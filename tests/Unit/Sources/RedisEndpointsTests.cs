using System.Net;
using System.Net.Sockets;
using System.Text;
using SseFabric.Channels.Sources.Redis;

namespace SseFabric.Unit.Sources;

public class RedisEndpointsTests
{
    [Theory]
    [InlineData("127.0.0.1", "Redis 127.0.0.1:6379")]
    [InlineData("127.0.0.1:6390", "Redis 127.0.0.1:6390")]
    [InlineData("redis.example:6390,abortConnect=false,password=s3cret,user=me", "Redis redis.example:6390")]
    [InlineData("redis.example,ssl=true,password=s3cret", "Redis redis.example:6380 (TLS)")]
    [InlineData("a:1,b:2", "Redis a:1, b:2")]
    [InlineData("[::1]:6390", "Redis [::1]:6390")]
    [InlineData("[::1]", "Redis [::1]:6379")]
    [InlineData("s1,s2:5,serviceName=main", "Redis main by Sentinel s1:26379, s2:5")]
    public void Parse_Configuration_IsDescribedWithoutSecrets(string configuration, string description)
    {
        Assert.True(RedisEndpoints.TryParse(configuration, out var endpoints, out var error), error);
        Assert.Equal(description, endpoints.Description);
    }

    [Fact]
    public void Parse_EveryOption_IsTaken()
    {
        const string configuration =
            "a:1,user=me,password=s3cret,ssl=true,sslHost=b,name=who,connectTimeout=1500,channelPrefix=app:,serviceName=main";
        Assert.True(RedisEndpoints.TryParse(configuration, out var endpoints, out var error), error);

        Assert.Equal([new DnsEndPoint("a", 1)], endpoints.Addresses);
        Assert.Equal("me", endpoints.User);
        Assert.Equal("s3cret", endpoints.Password);
        Assert.True(endpoints.Tls);
        Assert.Equal("b", endpoints.TlsHost);
        Assert.Equal("who", endpoints.ClientName);
        Assert.Equal(TimeSpan.FromSeconds(1.5), endpoints.ConnectTimeout);
        Assert.Equal("app:", Encoding.UTF8.GetString(endpoints.ChannelPrefix));
        Assert.Equal("main", endpoints.ServiceName);
    }

    [Fact]
    public void Parse_UnixSocket_IsOne()
    {
        Assert.True(RedisEndpoints.TryParse("!/run/redis.sock", out var endpoints, out var error), error);
        Assert.Equal("/run/redis.sock", Assert.IsType<UnixDomainSocketEndPoint>(Assert.Single(endpoints.Addresses)).ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData(",")]
    [InlineData("password=x")]
    [InlineData("a:1,ssl=perhaps")]
    [InlineData("a:1,connectTimeout=soon")]
    [InlineData("a:1,colour=red")]
    [InlineData("a:99999")]
    [InlineData("two words:1")]
    public void Parse_Bad_SaysWhy(string configuration)
    {
        Assert.False(RedisEndpoints.TryParse(configuration, out var endpoints, out var error));
        Assert.Null(endpoints);
        Assert.NotEmpty(error);
        Assert.DoesNotContain('\n', error);
    }
}
