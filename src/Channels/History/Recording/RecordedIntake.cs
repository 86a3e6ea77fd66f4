using Microsoft.Extensions.Logging;
using SseFabric.Channels.Formats;
using SseFabric.Channels.Ordering;
using SseFabric.Channels.Sources;
using SseFabric.Contracts;

namespace SseFabric.Channels.History.Recording;

/// <summary>Records what comes in, in a store that numbers it, and only then gives it to the channel. Any thread.</summary>
/// <remarks>
/// <para>One loop takes what has piled up while the append before was under way. An append whose answer is lost is sent again and appends nothing twice;
/// until it is answered nothing else is.</para>
/// <para>A store that refuses (it is full, or something else has its key) doesn't stop delivery: events are numbered here and recorded nowhere, and the
/// store is asked again once a second. A reader of the store sees the hole by the offsets.</para>
/// <para>The epoch goes on across owners and lost connections if the store's server can tell that nobody published anything by way of it meanwhile.</para>
/// </remarks>
internal sealed partial class RecordedIntake(
    ChannelCore core, IHistoryStore store, IngestGate? gate, TimeProvider time, HistoryMetrics metrics, ILogger logger) : IChannelIntake
{
    /// <summary>The most bytes of publishes that may wait for the store; beyond it, a publish is refused as overload.</summary>
    public const long MaxWaitingBytes = 32L << 20;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan s_closePatience = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly Queue<IntakeEntry> _waiting = new();
    private long _waitingBytes;
    private Task _running = Task.CompletedTask;
    private bool _isRunning;
    private Task<bool>? _opening;
    private volatile bool _isClosed;

    /// <inheritdoc/>
    public async ValueTask<bool> OpenAsync(CancellationToken cancellationToken)
    {
        Task<bool> opening;
        lock (_lock)
        {
            if (_opening is null or { IsCompletedSuccessfully: true, Result: false })
            {
                // Not cancelled with the caller: others wait for the same.
                _opening = OpenStoreAsync();
            }

            opening = _opening;
        }

        return opening is { IsCompletedSuccessfully: true, Result: true } || await WaitAsync(opening, cancellationToken) && await opening;
    }

    /// <inheritdoc/>
    public async ValueTask<bool> SettleAsync(long lastKnownEpoch, CancellationToken cancellationToken)
    {
        var boundary = new BoundaryEntry(isSubscribed: false, lastKnownEpoch);
        Enqueue(boundary);
        return await WaitAsync(boundary.Passed, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<PublishResult> PublishAsync(IReadOnlyList<NewEvent> events, string? idempotencyKey, CancellationToken cancellationToken)
    {
        if (core.Check(events) is var outcome && outcome != PublishOutcome.Accepted)
        {
            return PublishResult.Refused(outcome);
        }

        var entry = new PublishEntry(events, idempotencyKey);
        lock (_lock)
        {
            if (_waitingBytes > MaxWaitingBytes)
            {
                return PublishResult.Refused(PublishOutcome.Overloaded);
            }
        }

        Enqueue(entry);
        try
        {
            return await entry.Result.WaitAsync(s_patience, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            entry.TryGiveUp();
            return PublishResult.Refused(PublishOutcome.Unavailable);
        }
        catch (OperationCanceledException)
        {
            entry.TryGiveUp();
            throw;
        }
    }

    /// <inheritdoc/>
    public void OnMessage(ReadOnlyMemory<byte> payload)
    {
        if (store.IsAnnouncement(payload.Span))
        {
            Enqueue(new LookEntry());
        }
        else
        {
            Enqueue(new MessageEntry(core.Read(payload)));
        }
    }

    /// <inheritdoc/>
    public void OnOversized(long length) => Enqueue(new MessageEntry(Payload.Rejected));

    /// <inheritdoc/>
    public void OnLost() => core.OnLost();

    /// <inheritdoc/>
    public void OnSubscribed() => Enqueue(new BoundaryEntry(isSubscribed: true, lastKnownEpoch: 0));

    /// <inheritdoc/>
    public async ValueTask<bool> ContinueAsync(Cursor head, CancellationToken cancellationToken)
    {
        // Whoever else records the channel may have gone on meanwhile.
        if (!await OpenAsync(cancellationToken) || _isDegraded || core.Head.Epoch != head.Epoch || core.Head < head)
        {
            return false;
        }

        _markBefore = null;
        core.Heard();
        return true;
    }

    /// <inheritdoc/>
    public async Task<bool> CloseAsync()
    {
        Task running;
        lock (_lock)
        {
            running = _running;
        }

        await running.WaitAsync(s_closePatience, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var left = CloseAtOnce();
        left.ForEach(Drop);
        var wasDegraded = Interlocked.Exchange(ref _isDegraded, false);
        if (wasDegraded)
        {
            metrics.Degraded(-1);
        }

        return running.IsCompletedSuccessfully && left.Count == 0 && !wasDegraded;
    }

    private async Task<bool> WaitAsync(Task task, CancellationToken cancellationToken)
    {
        try
        {
            await task.WaitAsync(s_patience, time, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private void Enqueue(IntakeEntry entry)
    {
        lock (_lock)
        {
            if (!_isClosed)
            {
                _waiting.Enqueue(entry);
                _waitingBytes += entry.Size;
                gate?.Add(entry.Size);
                if (!_isRunning)
                {
                    _isRunning = true;
                    _running = Task.Run(RunAsync);
                }

                return;
            }
        }

        Drop(entry);
    }

    private List<IntakeEntry> CloseAtOnce()
    {
        lock (_lock)
        {
            _isClosed = true;
            List<IntakeEntry> all = [.. _waiting];
            _waiting.Clear();
            _waitingBytes = 0;
            gate?.Release(all.Sum(entry => entry.Size));
            return all;
        }
    }

    private static void Drop(IntakeEntry entry)
    {
        switch (entry)
        {
            case PublishEntry publish when publish.TryTake():
                publish.Complete(PublishResult.Refused(PublishOutcome.Unavailable));
                break;
            case BoundaryEntry boundary:
                boundary.Pass();
                break;
        }
    }
}
