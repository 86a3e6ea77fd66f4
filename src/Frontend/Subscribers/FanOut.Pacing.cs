using SseFabric.Contracts;

namespace SseFabric.Frontend.Subscribers;

// Back-pressure: when this process itself is what is slow, the channels wait for it rather than overflow its subscribers' queues.
internal sealed partial class FanOut
{
    /// <summary>A delivery is held back while at least one in so many subscribers hasn't taken it.</summary>
    private const int PacedShare = 16;

    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(250);

    private readonly List<DeliverItem> _paced = [];
    private long _walk;
    private int _walked;
    private int _lagging;
    private long _lastCatchUp;

    /// <summary>The transport stopped taking what the present walk gives this subscriber.</summary>
    public void BecameBusy(Subscriber subscriber)
    {
        subscriber.BusySinceWalk = _walk;
        _lagging++;
    }

    /// <summary>A subscriber has taken all it was given, or is closed.</summary>
    public void CaughtUp(Subscriber subscriber)
    {
        // One that has been busy since before the walk is slow by itself: its queue and policy deal with it, nobody waits.
        if (subscriber.BusySinceWalk == _walk)
        {
            subscriber.BusySinceWalk = -1;
            _lagging--;
            _lastCatchUp = _time.GetTimestamp();
            EndPacing(isLate: false);
        }
    }

    private void BeginWalk()
    {
        _walk++;
        (_walked, _lagging) = (0, 0);
    }

    private void EndWalk(DeliverItem item)
    {
        _paced.Add(item);
        _lastCatchUp = _time.GetTimestamp();
        EndPacing(isLate: false);
    }

    private void EndPacing(bool isLate)
    {
        if (_paced.Count > 0 && (isLate || _lagging * PacedShare <= _walked))
        {
            _paced.ForEach(static item => item.Done.SetResult());
            _paced.Clear();
        }
    }

    private void CheckPacing() => EndPacing(isLate: _time.GetElapsedTime(_lastCatchUp) > s_patience);

    private sealed class DeliverItem(IReadOnlyList<EventBatch> batches) : ILoopItem
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Execute(FanOut loop)
        {
            loop.BeginWalk();
            foreach (var batch in batches)
            {
                loop.Deliver(batch);
            }

            loop.EndWalk(this);
        }
    }
}
