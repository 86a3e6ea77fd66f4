using System.Diagnostics.Metrics;
using SseFabric.Frontend.Feeds;

namespace SseFabric.Frontend.Subscribers;

/// <summary>What a frontend measures, on the meter <c>SseFabric.Frontend</c>. Any thread.</summary>
internal sealed class FrontendMetrics
{
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
    private long _connected;
    private long _served;
    private long _events;
    private long _missing;

    public FrontendMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _active = meter.CreateUpDownCounter<long>("ssefabric.subscribers.active", "{subscriber}", "Open streams.");
        _opened = meter.CreateCounter<long>("ssefabric.subscribers.opened", "{subscriber}", "Streams that were opened.");
        _closed = meter.CreateCounter<long>("ssefabric.closes", "{subscriber}", "Streams that ended, by reason.");
        _refused = meter.CreateCounter<long>("ssefabric.refusals", "{request}", "Stream requests that were sent away, by reason.");
        _frames = meter.CreateCounter<long>("ssefabric.frames.sent", "{frame}", "Frames given to subscribers, written or queued.");
        _dropped = meter.CreateCounter<long>("ssefabric.frames.dropped", "{frame}", "Frames dropped from the queues of slow subscribers.");
        _gaps = meter.CreateCounter<long>("ssefabric.gaps", "{gap}", "Gaps that subscribers were told of, by reason.");
        _resumes = meter.CreateCounter<long>("ssefabric.resumes", "{resume}", "Channels resumed, by outcome.");
        _attaches = meter.CreateCounter<long>("ssefabric.attaches", "{feed}", "Feeds attached.");
        _reads = meter.CreateCounter<long>("ssefabric.history.reads", "{read}", "Reads of channels' histories from their owners.");
    }

    /// <summary>What this process has counted since its start.</summary>
    public FrontendCounts Counts =>
        new(Interlocked.Read(ref _connected), Interlocked.Read(ref _served), Interlocked.Read(ref _events), Interlocked.Read(ref _missing));

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

    public void FramesHandedOut(long frames)
    {
        Interlocked.Add(ref _events, frames);
        _frames.Add(frames);
    }

    public void FramesDropped(long frames) => _dropped.Add(frames);

    public void GapTold(GapReason reason, int subscribers = 1)
    {
        Interlocked.Add(ref _missing, subscribers);
        _gaps.Add(subscribers, new KeyValuePair<string, object?>("reason", reason.Word()));
    }

    public void Resumed(GapReason? gap) => _resumes.Add(1, new KeyValuePair<string, object?>("outcome", gap is { } reason ? reason.Word() : "exact"));

    public void FeedAttached() => _attaches.Add(1);

    public void HistoryRead() => _reads.Add(1);

    private static string Word(CloseReason reason) => reason switch
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
