namespace SseFabric.Grains.Moves;

/// <summary>Does things together: what has piled up while the last batch was on its way is the next one. Any thread.</summary>
/// <param name="run">Does a batch, and answers for each of its items.</param>
/// <param name="weight">What an item weighs.</param>
/// <param name="maxWeight">A batch takes no more items once it weighs this.</param>
internal sealed class Batches<TItem, TResult>(Func<IReadOnlyList<TItem>, Task<IReadOnlyList<TResult>>> run, Func<TItem, long> weight, long maxWeight)
    : IThreadPoolWorkItem
{
    private readonly Lock _lock = new();
    private readonly Queue<(TItem Item, TaskCompletionSource<TResult> Done)> _waiting = new();
    private bool _isRunning;

    /// <summary>Completes, or fails, as the item's batch does.</summary>
    public Task<TResult> AddAsync(TItem item)
    {
        var done = new TaskCompletionSource<TResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _waiting.Enqueue((item, done));
            if (_isRunning)
            {
                return done.Task;
            }

            _isRunning = true;
        }

        // Not on the caller's scheduler: the grain that happened to be first must not carry the others' calls.
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        return done.Task;
    }

    void IThreadPoolWorkItem.Execute() => _ = RunAsync();

    private async Task RunAsync()
    {
        while (TakeNext() is { Count: > 0 } batch)
        {
            try
            {
                var results = await run([.. batch.Select(entry => entry.Item)]);
                for (var i = 0; i < batch.Count; i++)
                {
                    batch[i].Done.TrySetResult(results[i]);
                }
            }
#pragma warning disable CA1031 // Whatever it is, it is what each of those who wait has to know.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                batch.ForEach(entry => entry.Done.TrySetException(exception));
            }
        }
    }

    private List<(TItem Item, TaskCompletionSource<TResult> Done)> TakeNext()
    {
        var batch = new List<(TItem, TaskCompletionSource<TResult>)>();
        lock (_lock)
        {
            for (long sum = 0; sum < maxWeight && _waiting.TryDequeue(out var next); sum += weight(next.Item))
            {
                batch.Add(next);
            }

            _isRunning = batch.Count > 0;
        }

        return batch;
    }
}
