using System.Diagnostics;
using Microsoft.Extensions.Logging;
using SseFabric.Channels.Configuration;
using SseFabric.Contracts;

namespace SseFabric.Channels.Sources.Amqp;

/// <summary>The messages of an exchange, over one connection; a message's routing key is its channel. Any thread.</summary>
/// <remarks>
/// <para>Observers are called on the connection's one loop, in the order in which the broker delivers, across all channels; they must be quick and must not
/// wait for the source.</para>
/// <para><see cref="Unsubscribe"/> waits for a call to that observer that is under way: don't make it while holding a lock that the observer takes.</para>
/// <para>A lost connection is made again after 50 ms, then after up to 500 ms. What the broker took meanwhile is gone with the queue, and the channels are
/// told.</para>
/// </remarks>
public sealed partial class AmqpSource : IServerSource
{
    private static readonly TimeSpan s_minBackoff = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_maxBackoff = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_maxStart = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly SourceSubscriptionTable _table;
    private readonly AmqpAddress _address;
    private readonly AmqpConnector _connector;
    private readonly IngestGate _gate;
    private readonly TimeProvider _time;
    private readonly ILogger<AmqpSource> _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _firstAttempt = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SourceCounters _counters = new();
    private volatile bool _isConnected;
    private Task? _running;

    /// <summary>A source that connects when <see cref="Start"/> is called, or with its first subscription.</summary>
    /// <param name="address">The broker and its exchange.</param>
    /// <param name="rules">Bounds the size of each channel's messages.</param>
    /// <param name="gate">Closed while too much waits to be handed on.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Takes the connection's history.</param>
    public AmqpSource(AmqpAddress address, ChannelRules rules, IngestGate gate, TimeProvider time, ILogger<AmqpSource> logger)
    {
        Description = address.Description;
        _table = new SourceSubscriptionTable([], rules);
        _connector = new AmqpConnector(address);
        (_address, _gate, _time, _logger) = (address, gate, time, logger);
    }

    /// <inheritdoc/>
    public string Description { get; }

    /// <summary>Whether the broker answers now.</summary>
    public bool IsConnected => _isConnected;

    SourceCounters IServerSource.Counters => _counters;

    /// <summary>Begins to connect. Idempotent.</summary>
    public void Start()
    {
        lock (_lock)
        {
            _running ??= _stop.IsCancellationRequested ? Task.CompletedTask : Task.Run(RunAsync);
        }
    }

    /// <inheritdoc/>
    /// <remarks>While the first connection is being made the call waits for it, up to 2 s; while the broker is known to be away it doesn't wait.</remarks>
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
            var hasConnected = await ConnectAndReadAsync();

            // A broker that takes connections only to end them is asked ever less often, as one that takes none.
            backoff = hasConnected && _time.GetElapsedTime(began) > s_maxBackoff ? s_minBackoff : backoff;
            await Task.Delay(backoff, _time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            backoff = TimeSpan.FromTicks(Math.Min(2 * backoff.Ticks, s_maxBackoff.Ticks));
        }
    }

    private async Task<bool> ConnectAndReadAsync()
    {
        AmqpConnection? connection = null;
        try
        {
            connection = await AmqpConnection.OpenAsync(_connector, _address, _table, Refused, _stop.Token);
            var channels = _table.Attach(connection.Commands);
            _isConnected = true;
            _hasFailed = false;
            _firstAttempt.TrySetResult();
            Log.Connected(_logger, Description, channels);
            await connection.RunAsync(_gate, _counters, _stop.Token);
        }
        catch (Exception exception) when (_stop.IsCancellationRequested)
        {
            Debug.Assert(AmqpFailure.IsLinkFailure(exception), exception.Message);
        }
        catch (Exception exception)
        {
            Failed(exception);
        }
        finally
        {
            _isConnected = false;
            _firstAttempt.TrySetResult();
            _table.Detach();

            // Last, as a broker that hangs doesn't answer to that either.
            await (connection?.DisposeAsync() ?? ValueTask.CompletedTask);
        }

        return connection is not null;
    }

    private void Refused(SourceSubscription subscription, string error) => Log.SubscriptionRefused(_logger, Description, subscription.Channel, error);
}
