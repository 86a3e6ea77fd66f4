using System.Diagnostics;
using Microsoft.Extensions.Logging;
using SseFabric.Channels.Configuration;
using SseFabric.Contracts;

namespace SseFabric.Channels.Sources.Redis;

/// <summary>A Redis server's messages, over one pub/sub connection of the fabric's own. Any thread.</summary>
/// <remarks>
/// <para>Observers are called on the connection's one loop, in the order of the server's messages across all channels; they must be quick and
/// must not wait for the source. Between two reads of the socket the loop waits at the gate.</para>
/// <para><see cref="Unsubscribe"/> waits for a call to that observer that is under way: don't make it while holding a lock that the observer takes.</para>
/// <para>A lost connection is made again after 50 ms, then after up to 500 ms, so that everything is subscribed within a second of the server's
/// return.</para>
/// </remarks>
public sealed partial class RedisSource : IOrderedSource, IServerSource
{
    private static readonly TimeSpan s_minBackoff = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_maxBackoff = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_maxStart = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly SourceSubscriptionTable _table;
    private readonly RedisConnector _connector;
    private readonly IngestGate _gate;
    private readonly TimeProvider _time;
    private readonly ILogger<RedisSource> _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _firstAttempt = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile RedisLink? _link;
    private Task? _running;

    /// <summary>A source that connects when <see cref="Start"/> is called, or with its first subscription.</summary>
    /// <param name="endpoints">Where the server is.</param>
    /// <param name="rules">Bounds the size of each channel's messages.</param>
    /// <param name="gate">Closed while too much waits to be handed on.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Takes the connection's history.</param>
    public RedisSource(RedisEndpoints endpoints, ChannelRules rules, IngestGate gate, TimeProvider time, ILogger<RedisSource> logger)
    {
        Description = endpoints.Description;
        _table = new SourceSubscriptionTable(endpoints.ChannelPrefix, rules);
        _connector = new RedisConnector(endpoints, time);
        (_gate, _time, _logger) = (gate, time, logger);
    }

    /// <inheritdoc/>
    public string Description { get; }

    /// <summary>Whether the server answers now.</summary>
    public bool IsConnected => _link is not null;

    /// <inheritdoc/>
    public string? ServerId => _link?.ServerId;

    SourceCounters IServerSource.Counters => Counters;

    internal SourceCounters Counters { get; } = new();

    /// <summary>Begins to connect. Idempotent.</summary>
    public void Start()
    {
        lock (_lock)
        {
            _running ??= _stop.IsCancellationRequested ? Task.CompletedTask : Task.Run(RunAsync);
        }
    }

    /// <inheritdoc/>
    /// <remarks>While the first connection is being made the call waits for it, up to 2 s; while the server is known to be away it doesn't wait.</remarks>
    public async ValueTask<bool> SubscribeAsync(ChannelName channel, IChannelSourceObserver observer, CancellationToken cancellationToken)
    {
        Start();
        try
        {
            await _firstAttempt.Task.WaitAsync(s_maxStart, _time, cancellationToken);
        }
        catch (TimeoutException)
        {
            return false;
        }

        var heard = _table.Add(channel, observer);
        try
        {
            return await heard.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            _table.Remove(channel, observer);
            throw;
        }
    }

    /// <inheritdoc/>
    public void Unsubscribe(ChannelName channel, IChannelSourceObserver observer) => _table.Remove(channel, observer);

    /// <inheritdoc/>
    public IOrderedSource OrderOf(ChannelName channel) => this;

    /// <inheritdoc/>
    /// <remarks>On a connection of its own, to the server that is heard: the one for pub/sub may not publish.</remarks>
    public async ValueTask<bool> PublishFenceAsync(ChannelName fence, CancellationToken cancellationToken)
    {
        if (_link is not { } heard)
        {
            return false;
        }

        try
        {
            using var link = await _connector.OpenAtAsync(heard.Address, cancellationToken);
            var reply = await link.CallAsync(cancellationToken, "PUBLISH", _table.KeyText(fence), "");
            return reply.Error is null;
        }
        catch (Exception exception) when (RedisConnector.IsLinkFailure(exception))
        {
            return false;
        }
    }

    /// <summary>Ends the connection. Observers hear nothing more but <see cref="IChannelSourceObserver.OnLost"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        Task? running;
        lock (_lock)
        {
            running = _running;
            _running ??= Task.CompletedTask;
        }

        await _stop.CancelAsync();
        _firstAttempt.TrySetResult();
        if (running is not null)
        {
            await running;
        }
    }

    private async Task RunAsync()
    {
        var backoff = s_minBackoff;
        while (!_stop.IsCancellationRequested)
        {
            var began = _time.GetTimestamp();
            await ConnectAndReadAsync();

            // A server that takes connections only to end them is asked ever less often, as one that takes none.
            backoff = _time.GetElapsedTime(began) > s_maxBackoff ? s_minBackoff : backoff;
            await Task.Delay(backoff, _time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            backoff = TimeSpan.FromTicks(Math.Min(2 * backoff.Ticks, s_maxBackoff.Ticks));
        }
    }

    private async Task ConnectAndReadAsync()
    {
        try
        {
            using var link = await _connector.OpenAsync(_stop.Token);
            var connection = new RedisPubSubConnection(link, _table, _gate, Counters, _time, Refused);
            var channels = _table.Attach(connection.Commands);
            _link = link;
            _hasFailed = false;
            _firstAttempt.TrySetResult();
            Log.Connected(_logger, Description, channels);
            await connection.RunAsync(_stop.Token);
        }
        catch (Exception exception) when (_stop.IsCancellationRequested)
        {
            Debug.Assert(RedisConnector.IsLinkFailure(exception), exception.Message);
        }
        catch (Exception exception)
        {
            Failed(exception);
        }
        finally
        {
            _link = null;
            _firstAttempt.TrySetResult();
            _table.Detach();
        }
    }

    private void Refused(SourceSubscription subscription, string error) => Log.SubscriptionRefused(_logger, Description, subscription.Channel, error);
}
