using SseFabric.Channels.Configuration;
using SseFabric.Frontend.Authorization;

namespace SseFabric.Frontend.Subscribers;

/// <summary>A loop that owns some of this process's subscribers: writes to them, keeps their time, and ends them.</summary>
/// <remarks>
/// <see cref="FanOut"/> decides who joins what and what everybody is given, and posts it here in order. So a subscriber that was posted between two walks
/// gets just what comes behind it; no lock is held across a write.
/// </remarks>
internal partial class DeliveryLoop : WorkLoop<DeliveryLoop>, IDisposable
{
    private readonly StreamOptions _options;
    private readonly RevokedTokens _revoked;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly HashSet<ChannelSet> _sets = [];
    private readonly TickItem _tick = new();
    private ITimer? _timer;
    private int _count;

    public DeliveryLoop(int index, StreamOptions options, RevokedTokens revoked, FrontendMetrics metrics, TimeProvider time, ILogger logger)
    {
        (Index, _options, _revoked, Metrics, _time, _logger) = (index, options, revoked, metrics, time, logger);
        Wheel = new HeartbeatWheel(options.Patience);
    }

    /// <summary>Which of the process's loops it is, from 0.</summary>
    public int Index { get; }

    public FrontendMetrics Metrics { get; }

    public HeartbeatWheel Wheel { get; }

    /// <summary>The bodies of what this loop's subscribers resume with.</summary>
    public SharedBodies SharedBodies { get; } = new();

    private FanOut FanOut { get; set; } = null!;

    /// <summary>Begins to serve the subscribers that a fan-out posts.</summary>
    public virtual void Start(FanOut fanOut)
    {
        FanOut = fanOut;
        _look = _time.CreateTimer(static loop => ((DeliveryLoop)loop!).Post(s_look), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        StartTicking();
    }

    /// <summary>Ends a stream and forgets its subscriber.</summary>
    public void Close(Subscriber subscriber, CloseReason reason)
    {
        if (subscriber.IsClosed)
        {
            return;
        }

        Wheel.Remove(subscriber);
        Remove(subscriber);
        subscriber.Close(reason);
        Metrics.SubscriberClosed(subscriber.Path, reason);
        subscriber.Seat?.Leave();
        FanOut.Post(subscriber);
        CaughtUp(subscriber);
    }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Has <see cref="PostTick"/> called at each tick of the wheel.</summary>
    protected virtual void StartTicking() => _timer = _time.CreateTimer(static loop => ((DeliveryLoop)loop!).PostTick(), this, Wheel.Tick, Wheel.Tick);

    protected void PostTick() => Post(_tick);

    protected virtual void Dispose(bool disposing)
    {
        _timer?.Dispose();
        _look?.Dispose();
    }

    protected override void Failed(object item, Exception exception)
    {
        LogItemFailed(item.GetType().Name, exception);
        Metrics.LoopItemFailed();
    }

    private List<Subscriber> SubscribersOf(ChannelSet set) => set.Subscribers[Index] ??= [];

    private void Add(Subscriber subscriber)
    {
        var subscribers = SubscribersOf(subscriber.Set);
        subscriber.IndexInSet = subscribers.Count;
        subscribers.Add(subscriber);
        _sets.Add(subscriber.Set);
        _count++;
    }

    private void Remove(Subscriber subscriber)
    {
        var subscribers = SubscribersOf(subscriber.Set);
        var last = subscribers[^1];
        subscribers[subscriber.IndexInSet] = last;
        last.IndexInSet = subscriber.IndexInSet;
        subscribers.RemoveAt(subscribers.Count - 1);
        _count--;
        if (subscribers.Count == 0)
        {
            _sets.Remove(subscriber.Set);
        }
    }

    [LoggerMessage(1104, LogLevel.Error, "{Item} failed on a delivery loop, which goes on.", EventName = nameof(LogItemFailed))]
    private partial void LogItemFailed(string item, Exception exception);

    [LoggerMessage(1105, LogLevel.Error, "A stream could not be written to; it is closed and its client resumes.", EventName = nameof(LogWriteFailed))]
    private partial void LogWriteFailed(Exception exception);
}
