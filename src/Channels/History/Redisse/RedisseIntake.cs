using Microsoft.Extensions.Logging;
using SseFabric.Channels.Configuration;
using SseFabric.Channels.Formats;
using SseFabric.Channels.Ordering;
using SseFabric.Channels.Sources;
using SseFabric.Contracts;

namespace SseFabric.Channels.History.Redisse;

/// <summary>Keeps a channel in step with redisse's history of it in Redis, which everybody who publishes writes. Any thread.</summary>
/// <remarks>
/// <para>Whenever the source has been subscribed, the sorted set is read, and what isn't known of it goes into the channel before what came live
/// meanwhile. If it shows that nothing was lost since the connection was, the epoch goes on.</para>
/// <para>What is published by way of the fabric is written to Redis and comes back by the source: whatever the order of Redis is, is everybody's.</para>
/// <para>A set that can't be read doesn't stop delivery: the channel goes on with what it hears.</para>
/// </remarks>
internal sealed partial class RedisseIntake(
    ChannelCore core, ChannelRule rule, IRedisseStore store, IngestGate? gate, TimeProvider time, HistoryMetrics metrics, ILogger logger) : IChannelIntake
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(4);

    private readonly Lock _lock = new();
    private readonly KnownFrames _known = new(2 * Math.Max(rule.History.Count, RedisseArguments.HistorySize));
    private readonly Queue<NewEvent> _held = new();
    private Task _loading = Task.CompletedTask;
    private bool _isLoading;
    private long _counter;
    private int _subscriptions;
    private bool _isLost;
    private bool _isDegraded;
    private bool _isClosed;

    /// <inheritdoc/>
    public ValueTask<bool> OpenAsync(CancellationToken cancellationToken) => new(true);

    /// <inheritdoc/>
    public async ValueTask<bool> SettleAsync(long lastKnownEpoch, CancellationToken cancellationToken)
    {
        Task loading;
        lock (_lock)
        {
            loading = _loading;
        }

        try
        {
            await loading.WaitAsync(s_patience, time, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public void OnMessage(ReadOnlyMemory<byte> payload) => Take(core.Read(payload));

    /// <inheritdoc/>
    public void OnOversized(long length) => Take(Payload.Rejected);

    /// <inheritdoc/>
    public void OnLost()
    {
        lock (_lock)
        {
            _isLost = true;
        }

        core.OnLost();
    }

    /// <inheritdoc/>
    public void OnSubscribed()
    {
        lock (_lock)
        {
            _isLost = false;
            _subscriptions++;
            if (!_isLoading && !_isClosed)
            {
                _isLoading = true;
                _loading = Task.Run(LoadAsync);
            }
        }
    }

    /// <inheritdoc/>
    /// <remarks>Never: what stands in the set is what counts, and a new owner reads it.</remarks>
    public ValueTask<bool> ContinueAsync(Cursor head, CancellationToken cancellationToken) => new(false);

    /// <inheritdoc/>
    public Task<bool> CloseAsync()
    {
        lock (_lock)
        {
            _isClosed = true;
            while (_held.TryDequeue(out var held))
            {
                gate?.Release(PublishedEvent.SizeOf(held));
            }

            Degrade(false);
            _echoes.Clear();
        }

        return Task.FromResult(false);
    }

    private void Take(NewEvent offered)
    {
        lock (_lock)
        {
            if (_isClosed)
            {
                return;
            }

            if (_isLoading)
            {
                // Behind what is being read. The source waits at the gate if it becomes too much.
                _held.Enqueue(offered);
                gate?.Add(PublishedEvent.SizeOf(offered));
            }
            else
            {
                Accept(offered);
            }
        }
    }

    private void Accept(NewEvent offered)
    {
        if (!offered.IsFrame)
        {
            core.Accept(offered);
            return;
        }

        var digest = KnownFrames.Digest(offered.Data.Span);
        if (!_known.TakeExpected(digest))
        {
            Accept(offered, digest, isExpected: false);
        }
    }

    private void Accept(NewEvent frame, UInt128 digest, bool isExpected)
    {
        var cursor = core.Accept(frame);
        _known.Add(digest, cursor, isExpected);
        Arrived(digest, cursor);
    }

    private bool Degrade(bool isDegraded)
    {
        if (_isDegraded == isDegraded)
        {
            return false;
        }

        _isDegraded = isDegraded;
        metrics.Degraded(isDegraded ? 1 : -1);
        return true;
    }
}
