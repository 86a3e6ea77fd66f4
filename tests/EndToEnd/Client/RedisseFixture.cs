namespace SseFabric.EndToEnd.Client;

/// <summary>The program on a real redis-server, with channels whose histories are redisse's.</summary>
public sealed class RedisseFixture : RedisPublisherFixture
{
    protected override string[] Arguments => ["--redis", Redis.Configuration, "--Fabric:Channels:0:History:Store=redisse"];
}
