using SseFabric.TestKit.Redis;

namespace SseFabric.EndToEnd.Client;

/// <summary>The program on a real redis-server, with channels of format json.</summary>
public class RedisPublisherFixture : PublisherFixture
{
    public RedisServer Redis { get; private set; } = null!;

    protected override string[] Arguments => ["--redis", Redis.Configuration, "--Fabric:Channels:0:Format=json"];

    public override async ValueTask InitializeAsync()
    {
        Redis = await RedisServer.StartAsync();
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (Redis is not null)
        {
            await Redis.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }
}
