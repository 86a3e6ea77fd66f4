using SseFabric.Frontend.Engine;
using SseFabric.Frontend.Framing;

namespace SseFabric.Frontend.Subscribers;

// Walks: what the fan-out has to give to this loop's subscribers in one go. And their pace: when this process itself is what is slow, the channels wait for
// it rather than overflow its subscribers' queues. The next slice waits until nearly everybody has taken the one before, or nobody takes any more of it: not
// for long if it is a few of the loop's subscribers who don't, since the others' channels wait with theirs.
internal partial class DeliveryLoop
{
    /// <summary>A delivery is held back while at least one in so many subscribers hasn't taken it.</summary>
    private const int PacedShare = 16;

    private static readonly TimeSpan s_patienceWithMany = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_patienceWithFew = TimeSpan.FromMilliseconds(25);
    private static readonly LookItem s_look = new();

    private readonly List<IPaced> _paced = [];
    private long _walk;
    private int _walked;
    private int _lagging;
    private long _lastCatchUp;
    private ITimer? _look;
    private bool _isLooking;

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

    private void Walk(List<(ChannelSet Set, FrameBlock Block)> deliveries, IPaced? paced)
    {
        _walk++;
        (_walked, _lagging) = (0, 0);
        foreach (var (set, block) in deliveries)
        {
            var subscribers = SubscribersOf(set);
            _walked += subscribers.Count;

            // Backwards: what is closed meanwhile leaves the list, and only those already seen move up.
            for (var i = subscribers.Count - 1; i >= 0; i--)
            {
                if (i >= 2)
                {
                    // In the cache by the time that it is their turn: a walk is longer than any cache.
                    Prefetch.Object(subscribers[i - 2]);
                    subscribers[i - 1].Expect();
                }

                Write(subscribers[i], block);
            }
        }

        if (paced is not null)
        {
            _paced.Add(paced);
        }

        _lastCatchUp = _time.GetTimestamp();
        EndPacing(isLate: false);
        LookIn(s_patienceWithFew);
    }

    private void Write(Subscriber subscriber, FrameBlock block)
    {
        try
        {
            subscriber.Write(block);
        }
#pragma warning disable CA1031 // One stream's fault must not be the others' loss.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogWriteFailed(exception);
            Close(subscriber, CloseReason.Fault);
        }
    }

    private void EndPacing(bool isLate)
    {
        if (_paced.Count > 0 && (isLate || _lagging * PacedShare <= _walked))
        {
            foreach (var paced in _paced)
            {
                paced.Taken();
            }

            _paced.Clear();
        }
    }

    private void LookIn(TimeSpan time)
    {
        if (_paced.Count > 0 && !_isLooking)
        {
            _isLooking = true;

            // Rounded up: the timer's own rounding must not fire it a moment too early, over and over.
            _look!.Change(TimeSpan.FromMilliseconds(Math.Ceiling(time.TotalMilliseconds)), Timeout.InfiniteTimeSpan);
        }
    }

    private void Look()
    {
        _isLooking = false;
        var left = (_lagging * 2 > _count ? s_patienceWithMany : s_patienceWithFew) - _time.GetElapsedTime(_lastCatchUp);
        EndPacing(isLate: left <= TimeSpan.Zero);
        LookIn(left);
    }

    /// <summary>What is waited for until a walk's subscribers have taken it.</summary>
    internal interface IPaced
    {
        /// <summary>A loop's subscribers have taken it. Any thread.</summary>
        void Taken();
    }

    private sealed class LookItem : ILoopItem<DeliveryLoop>
    {
        public void Execute(DeliveryLoop loop) => loop.Look();
    }

    /// <summary>What the fan-out gives to some of a loop's subscribers.</summary>
    internal sealed class WalkItem(List<(ChannelSet Set, FrameBlock Block)> deliveries, IPaced? paced) : ILoopItem<DeliveryLoop>
    {
        public void Execute(DeliveryLoop loop) => loop.Walk(deliveries, paced);

        // Nobody knows who has had it.
        public void Fail(DeliveryLoop loop, Exception exception)
        {
            foreach (var subscriber in deliveries.SelectMany(delivery => loop.SubscribersOf(delivery.Set)).Distinct().ToArray())
            {
                loop.Close(subscriber, CloseReason.Fault);
            }

            if (paced is not null && !loop._paced.Remove(paced))
            {
                paced.Taken();
            }
        }
    }
}
