using SseFabric.Channels.Sources.Redis;
using StackExchange.Redis;

namespace SseFabric.Channels.History.Redis;

/// <summary>The connection on which commands go to a Redis server; made with the first one. Any thread.</summary>
/// <remarks>Without the subscription connection that StackExchange.Redis opens otherwise: the process's one pub/sub connection is the fabric's own.</remarks>
internal sealed class RedisCommands(string configuration, TimeProvider time) : IAsyncDisposable
{
    // The older of the two versions of the library waits for an answer for ever.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    // Answers of a server that is on its way up or down; the command was not run and may be sent again.
    private static readonly string[] s_passing = ["LOADING", "CLUSTERDOWN", "MASTERDOWN", "TRYAGAIN", "BUSY"];

    private readonly SemaphoreSlim _once = new(1, 1);
    private ConnectionMultiplexer? _connection;

    /// <summary>Where the commands go, without secrets.</summary>
    public string Description { get; } = RedisEndpoints.TryParse(configuration, out var endpoints, out _) ? endpoints.Description : "Redis";

    /// <summary>Runs a script.</summary>
    /// <exception cref="HistoryStoreException">The server refused it, or can't be reached.</exception>
    public async Task<RedisResult> EvaluateAsync(string script, RedisKey[] keys, RedisValue[] values)
    {
        try
        {
            var connection = await ConnectAsync();
            return await connection.GetDatabase().ScriptEvaluateAsync(script, keys, values).WaitAsync(s_patience, time);
        }
        catch (RedisServerException exception)
        {
            throw new HistoryStoreException(exception.Message, !Array.Exists(s_passing, word => exception.Message.Contains(word, StringComparison.Ordinal)), exception);
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException or ObjectDisposedException or OperationCanceledException)
        {
            throw new HistoryStoreException($"{Description} can't be reached: {exception.Message}", isRefusal: false, exception);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _once.WaitAsync();
        if (_connection is { } connection)
        {
            await connection.CloseAsync();
            connection.Dispose();
        }
    }

    private async Task<ConnectionMultiplexer> ConnectAsync()
    {
        if (_connection is { } connection)
        {
            return connection;
        }

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

    private ConfigurationOptions Options()
    {
        // A command mapped to nothing is one that isn't there; without SUBSCRIBE the second connection isn't opened.
        var options = ConfigurationOptions.Parse($"{configuration},$SUBSCRIBE=");
        options.AbortOnConnectFail = false;
        options.ClientName ??= "sse-fabric-history";
        return options;
    }
}
