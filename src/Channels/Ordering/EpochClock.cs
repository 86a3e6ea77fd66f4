namespace SseFabric.Channels.Ordering;

/// <summary>Hands out epochs: each is above every one before it in this process, above what the asker knows, and not behind the clock. Any thread.</summary>
public sealed class EpochClock(TimeProvider time)
{
    private long _last;

    /// <summary>A new epoch, greater than <paramref name="known"/>.</summary>
    public long Next(long known)
    {
        while (true)
        {
            var last = Interlocked.Read(ref _last);
            var next = Math.Max(Math.Max(last, known) + 1, time.GetUtcNow().ToUnixTimeMilliseconds());
            if (Interlocked.CompareExchange(ref _last, next, last) == last)
            {
                return next;
            }
        }
    }
}
