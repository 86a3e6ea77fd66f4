using SseFabric.TestKit.Http;
using SseFabric.TestKit.Processes;
using SseFabric.TestKit.Redis;

namespace SseFabric.EndToEnd.Profiles;

/// <summary>One running program that stands in for uwsgi-sse-offload: the path <c>/CHANNEL</c> leads to the channel, whose messages come from a Redis server.</summary>
public sealed class UwsgiFixture : IAsyncLifetime
{
    private readonly FixtureNeeds _needs = new();
    private RedisServer? _redis;
    private RedisClient? _publisher;
    private SseFabricProcess? _fabric;

    public SseFabricProcess Fabric => _needs.Of(_fabric);

    public RedisClient Publisher => _needs.Of(_publisher);

    public ValueTask InitializeAsync() => _needs.StartAsync(async () =>
    {
        _redis = await RedisServer.StartAsync();
        _publisher = await _redis.ConnectAsync();
        _fabric = await SseFabricProcess.StartAsync([.. Arguments(_redis), "--Fabric:Channels:0:Match=small*", "--Fabric:Channels:0:MaxEventBytes=100"]);
    });

    public async ValueTask DisposeAsync()
    {
        foreach (var part in new IAsyncDisposable?[] { _fabric, _publisher, _redis })
        {
            await (part?.DisposeAsync() ?? ValueTask.CompletedTask);
        }
    }

    /// <summary>A second program on the same Redis.</summary>
    public Task<SseFabricProcess> StartAsync(params string[] args) => SseFabricProcess.StartAsync([.. Arguments(_needs.Of(_redis)), .. args]);

    /// <summary>A stream of a channel; it has joined once its head is here.</summary>
    public static async Task<RawHttpConnection> OpenAsync(SseFabricProcess fabric, string channel)
    {
        var connection = await RawHttpConnection.ConnectAsync(fabric.Address);
        await connection.GetAsync($"/{channel}");
        return connection;
    }

    private static string[] Arguments(RedisServer redis) => ["--profile", "uwsgi", "--redis", redis.Configuration, "--Fabric:Routes:0:Path=^/(.+)$", "--Fabric:Routes:0:Channel=$1"];
}
