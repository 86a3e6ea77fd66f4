using SseFabric.Contracts;

namespace SseFabric.Grains.Streaming;

/// <summary>What has reached this silo for its frontend and has not been delivered yet. Any thread.</summary>
/// <remarks>
/// Bounded by bytes; the bound may be passed by what one call brings. A full queue makes the giver wait, which is the back-pressure that the channels'
/// owners feel; they give up after <see cref="Patience"/> and come again.
/// </remarks>
internal sealed class FrontendQueue(TimeProvider time, long maxBytes = FrontendQueue.DefaultMaxBytes) : ILifecycleParticipant<ISiloLifecycle>
{
    public const long DefaultMaxBytes = 64L << 20;

    // What a batch without events is counted as.
    private const int BatchBytes = 128;

    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private List<EventBatch> _waiting = [];
    private long _bytes;
    private bool _completed;
    private TaskCompletionSource? _arrival;
    private TaskCompletionSource? _room;

    /// <summary>Completes with the queue.</summary>
    public Task Completion => _completion.Task;

    /// <summary>Adds batches, waiting for room if there is none.</summary>
    /// <returns>False if there was no room in time, or the queue is complete: nothing was added.</returns>
    public ValueTask<bool> EnqueueAsync(IReadOnlyList<EventBatch> batches) =>
        TryEnqueue(batches, out var room) is { } added ? new(added) : WaitAndEnqueueAsync(batches, room!);

    /// <summary>Takes all that waits, or waits up to <paramref name="patience"/> for something.</summary>
    /// <returns>Null if nothing came, or the queue is complete.</returns>
    public async ValueTask<List<EventBatch>?> TakeAsync(TimeSpan patience)
    {
        if (TryTake(out var arrival) is { } taken)
        {
            return taken;
        }

        try
        {
            await arrival.WaitAsync(patience, time);
        }
        catch (TimeoutException)
        {
            return null;
        }

        return TryTake(out _);
    }

    /// <summary>Takes no more, and lets go of who waits.</summary>
    public void Complete()
    {
        TaskCompletionSource? arrival, room;
        lock (_lock)
        {
            _completed = true;
            (arrival, _arrival) = (_arrival, null);
            (room, _room) = (_room, null);
        }

        arrival?.TrySetResult();
        room?.TrySetResult();
        _completion.TrySetResult();
    }

    /// <summary>The streams' agents are stopped at <see cref="ServiceLifecycleStage.Active"/> and then wait for a read under way to end.</summary>
    public void Participate(ISiloLifecycle lifecycle) =>
        lifecycle.Subscribe(nameof(FrontendQueue), ServiceLifecycleStage.Active + 1, _ => Task.CompletedTask, Stop);

    private Task Stop(CancellationToken cancellationToken)
    {
        Complete();
        return Task.CompletedTask;
    }

    private bool? TryEnqueue(IReadOnlyList<EventBatch> batches, out TaskCompletionSource? room)
    {
        room = null;
        TaskCompletionSource? arrival;
        lock (_lock)
        {
            if (_completed)
            {
                return false;
            }

            if (_bytes >= maxBytes)
            {
                room = _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                return null;
            }

            for (var i = 0; i < batches.Count; i++)
            {
                _waiting.Add(batches[i]);
                _bytes += Size(batches[i]);
            }

            (arrival, _arrival) = (_arrival, null);
        }

        arrival?.TrySetResult();
        return true;
    }

    private async ValueTask<bool> WaitAndEnqueueAsync(IReadOnlyList<EventBatch> batches, TaskCompletionSource room)
    {
        var deadline = time.GetTimestamp() + (long)(Patience.TotalSeconds * time.TimestampFrequency);
        while (true)
        {
            var left = time.GetElapsedTime(time.GetTimestamp(), deadline);
            try
            {
                await room.Task.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, time);
            }
            catch (TimeoutException)
            {
                return false;
            }

            if (TryEnqueue(batches, out room!) is { } added)
            {
                return added;
            }
        }
    }

    private List<EventBatch>? TryTake(out Task arrival)
    {
        List<EventBatch> taken;
        TaskCompletionSource? room;
        lock (_lock)
        {
            if (_waiting.Count == 0)
            {
                arrival = _completed
                    ? Task.CompletedTask
                    : (_arrival ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
                return null;
            }

            arrival = Task.CompletedTask;
            (taken, _waiting) = (_waiting, []);
            _bytes = 0;
            (room, _room) = (_room, null);
        }

        room?.TrySetResult();
        return taken;
    }

    private static long Size(EventBatch batch)
    {
        long size = BatchBytes;
        for (var i = 0; i < batch.Events.Count; i++)
        {
            size += batch.Events[i].Size;
        }

        return size;
    }
}
