using System.Collections.Concurrent;
using SseFabric.Channels.Sources;
using SseFabric.Contracts;

namespace SseFabric.Channels.Ordering;

/// <summary>Hands this process what its own channels have for it: whatever has piled up in all of their lanes while the delivery before was on its way.</summary>
/// <remarks>Any thread. Channels are given out in the order of their events, as far as one round holds them.</remarks>
/// <param name="deliver">Takes a round; it never fails, and the next round waits for it.</param>
/// <param name="gate">What the lanes count in; null: nothing.</param>
public sealed class FeedPump(Func<IReadOnlyList<EventBatch>, ValueTask> deliver, IngestGate? gate) : IThreadPoolWorkItem
{
    /// <summary>What a subscriber of all channels is given in one round, well below any sensible bound of its queue.</summary>
    private const long MaxRoundBytes = 256 << 10;

    private const int MaxBatchesARound = 1024;

    // Pumps that this thread is to run; null: it gathers nothing, and they run on the pool.
    [ThreadStatic]
    private static List<FeedPump>? s_gathered;

    private readonly ConcurrentQueue<(ChannelCore Channel, FeedLane Lane)> _woken = new();
    private int _pumping;

    /// <summary>Until it is disposed of, on the same thread, what this thread wakes waits; it is handed on then, by this thread.</summary>
    /// <remarks>For what gives many events in one go: they make one round, and no other thread has to be woken for it.</remarks>
    public static Gathering Gather()
    {
        s_gathered ??= [];
        return new Gathering();
    }

    /// <summary>Something has come into an empty lane of a channel.</summary>
    public void Wake(ChannelCore channel, FeedLane lane)
    {
        _woken.Enqueue((channel, lane));
        if (Interlocked.Exchange(ref _pumping, 1) == 0)
        {
            if (s_gathered is { } gathered)
            {
                gathered.Add(this);
            }
            else
            {
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            }
        }
    }

    void IThreadPoolWorkItem.Execute() => _ = PumpAsync();

    private async Task PumpAsync()
    {
        while (true)
        {
            while (TakeRound() is { Count: > 0 } round)
            {
                await deliver(round);
                gate?.Release(round.Sum(Size));
            }

            // A full fence: the look at the queue must not be taken before those who wake can see that the pump is leaving.
            Interlocked.Exchange(ref _pumping, 0);

            // A lane woken after the last look, whose wake still saw the pump running.
            if (_woken.IsEmpty || Interlocked.Exchange(ref _pumping, 1) == 1)
            {
                return;
            }
        }
    }

    private List<EventBatch> TakeRound()
    {
        var round = new List<EventBatch>();
        var room = MaxRoundBytes;
        while (room > 0 && round.Count < MaxBatchesARound && _woken.TryDequeue(out var woken))
        {
            // Until a take finds nothing, and the lane sleeps: then what comes next wakes it in its turn, and channels are given out in the order of their events.
            while (woken.Channel.Take(woken.Lane, room) is { } batch)
            {
                round.Add(batch);
                room -= Size(batch);
                if (room <= 0 || round.Count == MaxBatchesARound)
                {
                    // Behind the others: it has had its part of the round.
                    _woken.Enqueue(woken);
                    break;
                }
            }
        }

        return round;
    }

    private static long Size(EventBatch batch)
    {
        long size = 0;
        for (var i = 0; i < batch.Events.Count; i++)
        {
            size += batch.Events[i].Size;
        }

        return size;
    }

    /// <summary>A thread's gathering.</summary>
    public readonly struct Gathering : IDisposable
    {
        /// <summary>Hands on what has been gathered.</summary>
        public void Dispose()
        {
            var pumps = s_gathered;
            s_gathered = null;
            pumps?.ForEach(static pump => _ = pump.PumpAsync());
        }
    }
}
