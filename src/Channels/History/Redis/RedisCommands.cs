using SseFabric.Channels.Sources.Redis;
using StackExchange.Redis;

namespace SseFabric.Channels.History.Redis;

/// <summary>The connection on which commands go to a Redis server; made with the first one. Any thread.</summary>
/// <remarks>Without the subscription connection that StackExchange.Redis opens otherwise: the process's one pub/sub connection is the fabric's own.</remarks>
/// <param name="configuration">A valid StackExchange.Redis configuration string.</param>
/// <param name="time">The clock.</param>
internal sealed class RedisCommands(string configuration, TimeProvider time) : IAsyncDisposable
{
    // The older of the two versions of the library waits for an answer for ever.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan s_givenUp = TimeSpan.FromSeconds(6);

    // Answers of a server that is on its way up or down; the command was not run and may be sent again.
    private static readonly string[] s_passing = ["NOSCRIPT", "LOADING", "CLUSTERDOWN", "MASTERDOWN", "TRYAGAIN", "BUSY"];

    private readonly RedisEndpoints _endpoints =
        RedisEndpoints.TryParse(configuration, out var endpoints, out var error) ? endpoints : throw new ArgumentException(error, nameof(configuration));

    private readonly SemaphoreSlim _once = new(1, 1);
    private ConnectionMultiplexer? _connection;
    private bool _isDisposed;
    private long _failingSince;

    /// <summary>Where the commands go, without secrets.</summary>
    public string Description => _endpoints.Description;

    /// <summary>What stands before every channel's name on the server.</summary>
    public byte[] ChannelPrefix => _endpoints.ChannelPrefix;

    /// <summary>Whether several servers are named: commands go to the master, and messages are heard from whichever answers.</summary>
    public bool HasReplicas => _endpoints.ServiceName is null && _endpoints.Addresses.Count > 1;

    /// <summary>Runs a script.</summary>
    /// <exception cref="HistoryStoreException">The server refused it, or can't be reached.</exception>
    public async Task<RedisResult> EvaluateAsync(string script, RedisKey[] keys, RedisValue[] values)
    {
        ConnectionMultiplexer? connection = null;
        try
        {
            connection = await ConnectAsync();
            var result = await connection.GetDatabase().ScriptEvaluateAsync(script, keys, values).WaitAsync(s_patience, time);
            Interlocked.Exchange(ref _failingSince, 0);
            return result;
        }
        catch (RedisServerException exception)
        {
            throw new HistoryStoreException(exception.Message, !Array.Exists(s_passing, word => exception.Message.Contains(word, StringComparison.Ordinal)), exception);
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException or ObjectDisposedException or OperationCanceledException)
        {
            var now = time.GetTimestamp();
            var since = Interlocked.CompareExchange(ref _failingSince, now, 0);
            if ((exception is ObjectDisposedException || (since != 0 && time.GetElapsedTime(since, now) > s_givenUp))
                && connection is not null && Interlocked.CompareExchange(ref _connection, null, connection) == connection)
            {
                // The older version doesn't always come back when its server is killed; the next command makes another connection.
                Interlocked.Exchange(ref _failingSince, 0);
                GiveUp(connection);
            }

            throw new HistoryStoreException($"{Description} can't be reached: {exception.Message}", isRefusal: false, exception);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _once.WaitAsync();
        try
        {
            _isDisposed = true;
            if (_connection is { } connection)
            {
                await connection.CloseAsync();
                connection.Dispose();
            }
        }
        finally
        {
            _once.Release();
        }
    }

    // Nothing is waited for: its commands have failed.
    private static void GiveUp(ConnectionMultiplexer connection) => connection.Dispose();

    private async Task<ConnectionMultiplexer> ConnectAsync()
    {
        if (_connection is { } connection)
        {
            return connection;
        }

        await _once.WaitAsync();
        try
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return _connection ??= await ConnectionMultiplexer.ConnectAsync(RedisCommandConfiguration.Options(configuration, "sse-fabric-history"));
        }
        finally
        {
            _once.Release();
        }
    }
}
