using SseFabric.TestKit.Processes;
using SseFabric.TestKit.Redis;

namespace SseFabric.EndToEnd.Client;

/// <summary>The program on a real redis-server, with channels of format json.</summary>
public class RedisPublisherFixture : PublisherFixture
{
    private readonly FixtureNeeds _needs = new();
    private RedisServer? _redis;

    public RedisServer Redis => _needs.Of(_redis);

    protected override string[] Arguments => ["--redis", Redis.Configuration, "--Fabric:Channels:0:Format=json"];

    public override ValueTask InitializeAsync() => _needs.StartAsync(async () =>
    {
        _redis = await RedisServer.StartAsync();
        await base.InitializeAsync();
    });

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_redis is not null)
        {
            await _redis.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }
}
