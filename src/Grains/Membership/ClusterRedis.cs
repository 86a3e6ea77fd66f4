using StackExchange.Redis;

namespace SseFabric.Grains.Membership;

/// <summary>The connection to the Redis server in which the cluster meets. Any thread.</summary>
/// <remarks>
/// Without the subscription connection that StackExchange.Redis opens otherwise: the process's one pub/sub connection is the fabric's own.
/// </remarks>
internal sealed class ClusterRedis(string configuration) : IAsyncDisposable
{
    private readonly SemaphoreSlim _once = new(1, 1);
    private IConnectionMultiplexer? _connection;

    /// <summary>The connection, made by the first who asks; it comes back by itself from then on.</summary>
    public async Task<IConnectionMultiplexer> ConnectAsync()
    {
        await _once.WaitAsync();
        try
        {
            return _connection ??= await ConnectionMultiplexer.ConnectAsync(Options());
        }
        finally
        {
            _once.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is { } connection)
        {
            await connection.DisposeAsync();
        }

        _once.Dispose();
    }

    /// <summary>What the connection is made with.</summary>
    public ConfigurationOptions Options()
    {
        // A command mapped to nothing is one that isn't there; without SUBSCRIBE the second connection isn't opened.
        var options = ConfigurationOptions.Parse($"{configuration},$SUBSCRIBE=");
        options.AbortOnConnectFail = false;
        options.ClientName ??= "sse-fabric-cluster";
        return options;
    }
}
