using SseFabric.Contracts;

namespace SseFabric.Channels;

public sealed partial class LocalFabric : IThreadPoolWorkItem
{
    /// <summary>What a subscriber of all channels is given in one round, well below any sensible bound of its queue.</summary>
    private const long MaxRoundBytes = 256 << 10;

    private const int MaxBatchesARound = 1024;

    void IThreadPoolWorkItem.Execute() => _ = PumpAsync();

    private void Wake(LocalChannel channel)
    {
        _woken.Enqueue(channel);
        SchedulePump();
    }

    private void SchedulePump()
    {
        if (Interlocked.Exchange(ref _pumping, 1) == 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    private async Task PumpAsync()
    {
        while (true)
        {
            while (TakeBatches() is { Count: > 0 } batches)
            {
                await _sink!.DeliverAsync(batches);
                _gate.Release(batches.Sum(Size));
            }

            // A full fence: the look at the queue must not be taken before those who wake can see that the pump is leaving.
            Interlocked.Exchange(ref _pumping, 0);

            // A channel woken after the last look, whose wake still saw the pump running.
            if (_woken.IsEmpty || Interlocked.Exchange(ref _pumping, 1) == 1)
            {
                return;
            }
        }
    }

    private List<EventBatch> TakeBatches()
    {
        var batches = new List<EventBatch>();
        var room = MaxRoundBytes;
        while (room > 0 && batches.Count < MaxBatchesARound && _woken.TryDequeue(out var channel))
        {
            // Until a take finds nothing, and the lane sleeps: then what comes next wakes it in its turn, and channels are given out in the order of their events.
            while (channel.Core.Take(channel.Lane, room) is { } batch)
            {
                batches.Add(batch);
                room -= Size(batch);
                if (room <= 0 || batches.Count == MaxBatchesARound)
                {
                    // Behind the others: it has had its part of the round.
                    _woken.Enqueue(channel);
                    break;
                }
            }
        }

        return batches;
    }

    private static long Size(EventBatch batch)
    {
        long size = 0;
        foreach (var published in batch.Events)
        {
            size += published.Size;
        }

        return size;
    }
}
