using SseFabric.Channels.Configuration;

namespace SseFabric.Unit.Configuration;

[Trait("Suite", "Unit")]
public sealed class RedisUrlTests
{
    [Theory]
    [InlineData("redis://localhost", "localhost:6379")]
    [InlineData("redis://localhost/", "localhost:6379")]
    [InlineData("redis://10.0.0.1:6390/2", "10.0.0.1:6390,defaultDatabase=2")]
    [InlineData("redis://[::1]:6390", "[::1]:6390")]
    [InlineData("redis://:p%40ss%2Fword@h:1/0", "h:1,password=p@ss/word,defaultDatabase=0")]
    [InlineData("redis://me:secret@h?db=4", "h:6379,user=me,password=secret,defaultDatabase=4")]
    [InlineData("rediss://h:1", "h:1,ssl=true")]
    [InlineData("unix:///run/redis.sock", "!/run/redis.sock")]
    [InlineData("unix://:secret@/run/redis.sock?db=1", "!/run/redis.sock,password=secret,defaultDatabase=1")]
    public void Url_IsAConfigurationString(string url, string configuration) => Assert.Equal(configuration, RedisUrl.ToConfiguration(url));

    [Theory]
    [InlineData("127.0.0.1:6379,password=x")]
    [InlineData("redis://")]
    [InlineData("redis:///2")]
    [InlineData("redis://h/nonsense")]
    [InlineData("redis://h?timeout=3")]
    [InlineData("redis://:a%2Cb@h")]
    [InlineData("redis://h,ssl=true")]
    [InlineData("unix://h/run/redis.sock")]
    [InlineData("unix://")]
    [InlineData("http://h")]
    public void Other_StaysAsItIs(string value) => Assert.Equal(value, RedisUrl.ToConfiguration(value));
}
