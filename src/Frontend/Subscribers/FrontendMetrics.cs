using System.Diagnostics.Metrics;
using SseFabric.Contracts.Stats;
using SseFabric.Frontend.Feeds;

namespace SseFabric.Frontend.Subscribers;

/// <summary>What a frontend measures, on the meter <c>SseFabric.Frontend</c>. Any thread.</summary>
internal sealed class FrontendMetrics
{
    private static readonly InstrumentAdvice<double> s_lagBuckets = new() { HistogramBucketBoundaries = LagCounts.Bounds };

    /// <summary>The meter's name.</summary>
    public const string MeterName = "SseFabric.Frontend";

    private readonly UpDownCounter<long> _active;
    private readonly Counter<long> _opened;
    private readonly Counter<long> _closed;
    private readonly Counter<long> _frames;
    private readonly Counter<long> _dropped;
    private readonly Counter<long> _gaps;
    private readonly Counter<long> _resumes;
    private readonly Counter<long> _attaches;
    private readonly Counter<long> _reads;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _faults;
    private readonly Counter<long> _size;
    private readonly Counter<long> _handOffs;
    private readonly UpDownCounter<long> _feeds;
    private readonly Histogram<double> _lag;
    private readonly long[] _lagCounts = new long[LagCounts.Bounds.Count + 1];
    private readonly TimeProvider _time;
    private long _queued;
    private long _draining;
    private long _connected;
    private long _served;
    private long _events;
    private long _missing;

    public FrontendMetrics(IMeterFactory meters, TimeProvider time)
    {
        _time = time;
        var meter = meters.Create(MeterName);
        _active = meter.CreateUpDownCounter<long>("ssefabric.subscribers.active", "{subscriber}", "Open streams.");
        _opened = meter.CreateCounter<long>("ssefabric.subscribers.opened", "{subscriber}", "Streams that were opened.");
        _closed = meter.CreateCounter<long>("ssefabric.closes", "{subscriber}", "Streams that ended, by reason.");
        _refused = meter.CreateCounter<long>("ssefabric.refusals", "{request}", "Stream requests that were sent away, by reason.");
        _frames = meter.CreateCounter<long>("ssefabric.frames.sent", "{frame}", "Frames given to subscribers, written or queued.");
        _size = meter.CreateCounter<long>("ssefabric.frames.size", "By", "Bytes of the frames given to subscribers.");
        _dropped = meter.CreateCounter<long>("ssefabric.frames.dropped", "{frame}", "Frames dropped from the queues of slow subscribers.");
        _gaps = meter.CreateCounter<long>("ssefabric.gaps", "{gap}", "Gaps that subscribers were told of, by reason.");
        _resumes = meter.CreateCounter<long>("ssefabric.resumes", "{resume}", "Channels resumed, by outcome.");
        _attaches = meter.CreateCounter<long>("ssefabric.attaches", "{feed}", "Feeds attached.");
        _feeds = meter.CreateUpDownCounter<long>("ssefabric.feeds", "{feed}", "Feeds that are attached.");
        _handOffs = meter.CreateCounter<long>("ssefabric.hand_offs", "{request}", "Requests that applications handed off, by kind.");
        _lag = meter.CreateHistogram(
            "ssefabric.delivery.lag", "s", "Time from an event's acceptance by its channel until nearly all subscribers have been written it; the oldest event of each batch.", tags: null, s_lagBuckets);
        meter.CreateObservableUpDownCounter("ssefabric.queues.size", () => Interlocked.Read(ref _queued), "By", "Bytes queued for subscribers that are busy.");
        meter.CreateObservableGauge("ssefabric.drain.progress", DrainProgress, "1", "The share of the streams open at the beginning of the drain that have ended; without a drain nothing.");
        _reads = meter.CreateCounter<long>("ssefabric.history.reads", "{read}", "Reads of channels' histories from their owners.");
        _faults = meter.CreateCounter<long>("ssefabric.loop.faults", "{fault}", "Faults of the program's own on its loops, each told in the log.");
    }

    /// <summary>What this process has counted since its start.</summary>
    public FrontendCounts Counts =>
        new(Interlocked.Read(ref _connected), Interlocked.Read(ref _served), Interlocked.Read(ref _events), Interlocked.Read(ref _missing));

    /// <summary>How long its deliveries took since its start, by the sizes of <see cref="LagCounts"/>.</summary>
    public IReadOnlyList<long> Lag => [.. _lagCounts];

    /// <param name="path">What writes the stream: the engine or the server.</param>
    public void SubscriberOpened(string path)
    {
        Interlocked.Increment(ref _connected);
        _active.Add(1, new KeyValuePair<string, object?>("path", path));
        _opened.Add(1, new KeyValuePair<string, object?>("path", path));
    }

    public void SubscriberClosed(string path, CloseReason reason)
    {
        Interlocked.Decrement(ref _connected);
        Interlocked.Increment(ref _served);
        _active.Add(-1, new KeyValuePair<string, object?>("path", path));
        _closed.Add(1, new KeyValuePair<string, object?>("reason", Word(reason)));
    }

    public void SubscriberRefused(string reason) => _refused.Add(1, new KeyValuePair<string, object?>("reason", reason));

    public void FramesHandedOut(long frames, long bytes)
    {
        _size.Add(bytes);
        Interlocked.Add(ref _events, frames);
        _frames.Add(frames);
    }

    /// <summary>Frames of a history, which have been counted, were made and given to a subscriber.</summary>
    public void BacklogHandedOut(long bytes) => _size.Add(bytes);

    /// <summary>Events have been written to nearly all subscribers that get them.</summary>
    /// <param name="acceptedAt">When their channel accepted the oldest of them, in Unix milliseconds.</param>
    public void Delivered(long acceptedAt)
    {
        // Two clocks in a cluster: what they differ by counts too, but never as less than nothing.
        var lag = Math.Max(0, _time.GetUtcNow().ToUnixTimeMilliseconds() - acceptedAt) / 1000d;
        Interlocked.Increment(ref _lagCounts[LagCounts.IndexOf(lag)]);
        _lag.Record(lag);
    }

    /// <summary>The queue of a subscriber has grown, or shrunk.</summary>
    public void QueueChanged(long bytes) => Interlocked.Add(ref _queued, bytes);

    public void FramesDropped(long frames) => _dropped.Add(frames);

    public void GapTold(GapReason reason, int subscribers = 1)
    {
        Interlocked.Add(ref _missing, subscribers);
        _gaps.Add(subscribers, new KeyValuePair<string, object?>("reason", reason.Word()));
    }

    public void Resumed(GapReason? gap) => _resumes.Add(1, new KeyValuePair<string, object?>("outcome", gap is { } reason ? reason.Word() : "exact"));

    public void FeedAttached()
    {
        _attaches.Add(1);
        _feeds.Add(1);
    }

    public void FeedDetached() => _feeds.Add(-1);

    public void HandedOff(HandOffKind kind) => _handOffs.Add(1, new KeyValuePair<string, object?>("kind", Word(kind)));

    /// <summary>From now on streams are closed until none is left.</summary>
    public void DrainBegan() => Interlocked.CompareExchange(ref _draining, Math.Max(1, Interlocked.Read(ref _connected)), 0);

    public void HistoryRead() => _reads.Add(1);

    public void LoopItemFailed() => _faults.Add(1);

    private IEnumerable<Measurement<double>> DrainProgress() => Interlocked.Read(ref _draining) is var before and > 0
        ? [new(Math.Clamp(1 - ((double)Interlocked.Read(ref _connected) / before), 0, 1))]
        : [];

    private static string Word(HandOffKind kind) => kind switch
    {
        HandOffKind.Header => "header",
        HandOffKind.Grip => "grip",
        HandOffKind.Redirect => "redirect",
        HandOffKind.Host => "host",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    internal static string Word(CloseReason reason) => reason switch
    {
        CloseReason.ClientGone => "client_gone",
        CloseReason.Slow => "slow",
        CloseReason.Unresponsive => "unresponsive",
        CloseReason.Drain => "drain",
        CloseReason.MaxAge => "max_age",
        CloseReason.PollEnd => "poll_end",
        CloseReason.SourceLost => "source_lost",
        CloseReason.TokenExpired => "token_expired",
        CloseReason.Kicked => "kicked",
        CloseReason.PublisherEnded => "publisher_ended",
        CloseReason.Fault => "fault",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, null),
    };
}
