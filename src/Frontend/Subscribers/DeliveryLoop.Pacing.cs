namespace SseFabric.Frontend.Subscribers;

// The pace: when this process itself is what is slow, the channels wait for it rather than overflow its subscribers' queues. A walk is held until nearly
// everybody has taken it, or nobody takes any more of it: not for long if it is a few of the loop's subscribers who don't, since the others' channels wait too.
internal partial class DeliveryLoop
{
    private static readonly TimeSpan s_patienceWithMany = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_patienceWithFew = TimeSpan.FromMilliseconds(25);
    private static readonly LookItem s_look = new();

    private readonly List<Hold> _holds = [];
    private Hold? _walking;
    private ITimer? _look;
    private bool _isLooking;

    /// <summary>The transport stopped taking what this subscriber is given.</summary>
    public void BecameBusy(Subscriber subscriber)
    {
        // One that is waited for already, or has been busy since before, is slow by itself: its queue and policy deal with it.
        if (_walking is not null && subscriber.Hold is not { IsOver: false })
        {
            subscriber.Hold = _walking;
            _walking.Lagging++;
        }
    }

    /// <summary>The transport has taken some of what a busy subscriber was given.</summary>
    public void Progressed(Subscriber subscriber)
    {
        if (subscriber.Hold is { IsOver: false } hold)
        {
            hold.LastProgress = _time.GetTimestamp();
        }
    }

    /// <summary>A subscriber has taken all it was given, or is closed.</summary>
    public void CaughtUp(Subscriber subscriber)
    {
        if (subscriber.Hold is { } hold)
        {
            subscriber.Hold = null;
            hold.Lagging--;
            hold.LastProgress = _time.GetTimestamp();
            if (_holds.Contains(hold))
            {
                Release(hold, isLate: false);
            }
        }
    }

    /// <summary>A walk has been made; what it gave is held, or taken already.</summary>
    private void Begin(Hold hold)
    {
        hold.LastProgress = hold.Began = _time.GetTimestamp();
        _holds.Add(hold);
        Release(hold, isLate: false);
        LookIn(s_patienceWithFew);
    }

    private void Release(Hold hold, bool isLate)
    {
        if (isLate || hold.IsTaken)
        {
            _holds.Remove(hold);
            hold.End();
        }
    }

    private void LookIn(TimeSpan time)
    {
        if (_holds.Count > 0 && !_isLooking)
        {
            // Rounded up: the timer's own rounding must not fire it a moment too early, over and over.
            _isLooking = true;
            _look!.Change(TimeSpan.FromMilliseconds(Math.Ceiling(time.TotalMilliseconds)), Timeout.InfiniteTimeSpan);
        }
    }

    private void Look()
    {
        _isLooking = false;
        var now = _time.GetTimestamp();

        // How many lag may change meanwhile, and the patience with them.
        var next = s_patienceWithFew;
        for (var i = _holds.Count - 1; i >= 0; i--)
        {
            var left = PatienceLeft(_holds[i], now);
            next = left > TimeSpan.Zero && left < next ? left : next;
            Release(_holds[i], isLate: left <= TimeSpan.Zero);
        }

        LookIn(next);
    }

    private TimeSpan PatienceLeft(Hold hold, long now)
    {
        var idle = _time.GetElapsedTime(hold.LastProgress, now);
        if (hold.Lagging * 2 > _count)
        {
            return s_patienceWithMany - idle;
        }

        var (left, leftInAll) = (s_patienceWithFew - idle, s_patienceWithMany - _time.GetElapsedTime(hold.Began, now));
        return left < leftInAll ? left : leftInAll;
    }

    /// <summary>What is waited for until a walk's subscribers have taken it.</summary>
    internal interface IPaced
    {
        /// <summary>A loop's subscribers have taken it. Any thread.</summary>
        void Taken();
    }

    /// <summary>A walk that is waited for.</summary>
    internal sealed class Hold(IPaced paced)
    {
        /// <summary>It is held while at least one in so many of those who were walked hasn't taken it.</summary>
        private const int Share = 16;

        private IPaced? _paced = paced;

        public int Walked { get; set; }

        /// <summary>Who hasn't taken it, of those who weren't busy before.</summary>
        public int Lagging { get; set; }

        public bool IsTaken => Lagging * Share <= Walked;

        public bool IsOver => _paced is null;

        public long Began { get; set; }

        public long LastProgress { get; set; }

        /// <summary>Nobody waits any more; whoever still lags keeps nothing of it.</summary>
        public void End()
        {
            var paced = _paced;
            _paced = null;
            paced?.Taken();
        }
    }

    private sealed class LookItem : ILoopItem<DeliveryLoop>
    {
        public void Execute(DeliveryLoop loop) => loop.Look();
    }
}
