using System.Collections.Concurrent;

namespace SseFabric.Unit.Client;

/// <summary>A clock on which every wait is over at once, and written down; but for waits of <paramref name="never"/>, which never end.</summary>
internal sealed class SkippedTime(TimeSpan never) : TimeProvider
{
    private readonly ConcurrentQueue<TimeSpan> _waits = [];

    public IReadOnlyList<TimeSpan> Waits => [.. _waits];

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime == never || dueTime == Timeout.InfiniteTimeSpan)
        {
            return new Waiting();
        }

        _waits.Enqueue(dueTime);
        return System.CreateTimer(callback, state, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    private sealed class Waiting : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
