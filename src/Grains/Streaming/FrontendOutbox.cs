using SseFabric.Contracts;
using SseFabric.Contracts.Clustering;

namespace SseFabric.Grains.Streaming;

/// <summary>What this silo's channels have for one other silo: one call at a time carries all that piled up while the call before was on its way.</summary>
/// <remarks>Any thread. Each channel waits for its own batch, so what piles up is bounded by a batch a channel.</remarks>
internal sealed class FrontendOutbox(IFrontendQueueService target) : IThreadPoolWorkItem
{
    // Past this a call is long enough to hold up those that wait behind it; one batch may be larger.
    private const long MaxCallBytes = 4 << 20;

    private readonly Lock _lock = new();
    private readonly Queue<(EventBatch Batch, TaskCompletionSource<bool> Sent)> _waiting = new();
    private bool _sending;

    /// <summary>Completes with whether the other silo has taken the batch; fails if it can't be reached.</summary>
    public Task<bool> SendAsync(EventBatch batch)
    {
        var sent = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _waiting.Enqueue((batch, sent));
            if (_sending)
            {
                return sent.Task;
            }

            _sending = true;
        }

        // Not on the caller's scheduler: the grain that happened to be first must not carry the others' calls.
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
        return sent.Task;
    }

    void IThreadPoolWorkItem.Execute() => _ = SendAllAsync();

    private async Task SendAllAsync()
    {
        var waiters = new List<TaskCompletionSource<bool>>();
        while (TakeNext(waiters) is { } batches)
        {
            try
            {
                var taken = await target.EnqueueAsync(batches);
                foreach (var waiter in waiters)
                {
                    waiter.TrySetResult(taken);
                }
            }
#pragma warning disable CA1031 // Whatever it is, it is what each of the waiting channels has to know, and the next call may succeed.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                foreach (var waiter in waiters)
                {
                    waiter.TrySetException(exception);
                }
            }
        }
    }

    private EventBatch[]? TakeNext(List<TaskCompletionSource<bool>> waiters)
    {
        waiters.Clear();
        var batches = new List<EventBatch>();
        lock (_lock)
        {
            for (long bytes = 0; bytes < MaxCallBytes && _waiting.TryDequeue(out var next);)
            {
                batches.Add(next.Batch);
                waiters.Add(next.Sent);
                for (var i = 0; i < next.Batch.Events.Count; i++)
                {
                    bytes += next.Batch.Events[i].Size;
                }
            }

            _sending = batches.Count > 0;
        }

        return batches.Count > 0 ? [.. batches] : null;
    }
}
