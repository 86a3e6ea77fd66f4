using SseFabric.TestKit.Http;
using SseFabric.TestKit.Processes;
using SseFabric.TestKit.Redis;

namespace SseFabric.EndToEnd.Profiles;

/// <summary>One running program that stands in for uwsgi-sse-offload: the path <c>/CHANNEL</c> leads to the channel, whose messages come from a Redis server.</summary>
public sealed class UwsgiFixture : IAsyncLifetime
{
    private RedisServer _redis = null!;

    public SseFabricProcess Fabric { get; private set; } = null!;

    public RedisClient Publisher { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _redis = await RedisServer.StartAsync();
        Publisher = await _redis.ConnectAsync();
        Fabric = await SseFabricProcess.StartAsync([.. Arguments(_redis), "--Fabric:Channels:0:Match=small*", "--Fabric:Channels:0:MaxEventBytes=100"]);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var part in new IAsyncDisposable?[] { Fabric, Publisher, _redis })
        {
            await (part?.DisposeAsync() ?? ValueTask.CompletedTask);
        }
    }

    /// <summary>A second program on the same Redis.</summary>
    public Task<SseFabricProcess> StartAsync(params string[] args) => SseFabricProcess.StartAsync([.. Arguments(_redis), .. args]);

    /// <summary>A stream of a channel; it has joined once its head is here.</summary>
    public static async Task<RawHttpConnection> OpenAsync(SseFabricProcess fabric, string channel)
    {
        var connection = await RawHttpConnection.ConnectAsync(fabric.Address);
        await connection.GetAsync($"/{channel}");
        return connection;
    }

    private static string[] Arguments(RedisServer redis) => ["--profile", "uwsgi", "--redis", redis.Configuration, "--Fabric:Routes:0:Path=^/(.+)$", "--Fabric:Routes:0:Channel=$1"];
}
