using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using SseFabric.Channels.Configuration;
using SseFabric.Contracts;
using SseFabric.Frontend.Authorization;
using SseFabric.Frontend.Feeds;
using SseFabric.Frontend.Framing;

namespace SseFabric.Frontend.Subscribers;

/// <summary>The loop that owns this process's feeds and subscribers and hands every event to everybody who is to have it.</summary>
/// <remarks>
/// <para>Everything that changes a feed, a set or a subscriber is an item of the loop's queue, and one thread at a time executes them in order. So a
/// subscriber joins all of its channels at one moment, between two events, and the ids it is given are true for all of them; no lock is held
/// across a write.</para>
/// <para>What waits for others (attach, detach, a read of the history) runs outside and posts its result.</para>
/// </remarks>
internal sealed partial class FanOut : IFeedSink, IThreadPoolWorkItem, IDisposable
{
    private const int MaxEarlyBatches = 256;

    private readonly IChannelFabric _fabric;
    private readonly ChannelRules _rules;
    private readonly StreamOptions _options;
    private readonly RevokedTokens _revoked;
    private readonly TimeProvider _time;
    private readonly ILogger<FanOut> _logger;
    private readonly ConcurrentQueue<ILoopItem> _items = new();
    private readonly Dictionary<(IStreamFormat Format, string Names), ChannelSet> _sets = [];
    private readonly List<FeedItem> _feedItems = [];
    private readonly List<Frame> _frames = [];
    private readonly List<byte[]?> _bodies = [];
    private readonly SharedBodies _sharedBodies = new();
    private readonly ITimer _timer;
    private int _executing;

    public FanOut(IChannelFabric fabric, ChannelRules rules, StreamOptions options, RevokedTokens revoked, FrontendMetrics metrics, TimeProvider time, ILogger<FanOut> logger)
    {
        _revoked = revoked;
        _fabric = fabric;
        _rules = rules;
        _options = options;
        _time = time;
        _logger = logger;
        Metrics = metrics;
        Wheel = new HeartbeatWheel(options.Heartbeat ?? NativeFormat.DefaultHeartbeat);
        fabric.UseSink(this);
        var tick = new TickItem();
        _timer = time.CreateTimer(_ => Post(tick), null, Wheel.Tick, Wheel.Tick);
    }

    public FrontendMetrics Metrics { get; }

    public HeartbeatWheel Wheel { get; }

    /// <summary>What is kept of channels: feeds, sets of subscribers, detaches under way. A moment's view for tests; any thread.</summary>
    internal (int Feeds, int Sets, int Detaching) Remains => (_feeds.Count, _sets.Count, _detaching.Count);

    /// <summary>Queues an item. Any thread.</summary>
    public void Post(ILoopItem item)
    {
        _items.Enqueue(item);
        if (Interlocked.Exchange(ref _executing, 1) == 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    void IThreadPoolWorkItem.Execute()
    {
        while (true)
        {
            while (_items.TryDequeue(out var item))
            {
                item.Execute(this);
            }

            ReportCounts();
            // A full fence: the look at the queue must not be taken before posters can see that the loop is leaving, or an item is forgotten.
            Interlocked.Exchange(ref _executing, 0);

            // An item posted after the last look, whose poster still saw the loop executing.
            if (_items.IsEmpty || Interlocked.Exchange(ref _executing, 1) == 1)
            {
                return;
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask DeliverAsync(IReadOnlyList<EventBatch> batches)
    {
        var item = new DeliverItem(batches);
        Post(item);
        return new ValueTask(item.Done.Task);
    }

    public void Dispose() => _timer.Dispose();

    private void Deliver(EventBatch batch)
    {
        if (!_feeds.TryGetValue(batch.Channel, out var feed))
        {
            return;
        }

        var isLost = batch.Source == SourceState.Lost && feed.Source != SourceState.Lost;
        feed.Source = batch.Source;
        if (feed.State == FeedState.Attaching)
        {
            // Past the bound the batch before the newest is a hole like any other, and read from the history; the newest shows that it is there.
            if (feed.Early.Count == MaxEarlyBatches)
            {
                feed.Early.RemoveAt(MaxEarlyBatches - 1);
            }

            feed.Early.Add(batch);
            return;
        }

        var isWhole = feed.Sequence.Take(batch, _feedItems);
        HandOut(feed);
        Metrics.BatchDelivered(batch);
        if (!isWhole)
        {
            StartRead(feed);
        }

        if (isLost)
        {
            EndWithSource(feed);
        }
    }

    /// <summary>Closes the streams that don't outlive the source of one of their channels.</summary>
    private void EndWithSource(ChannelFeed feed)
    {
        for (var g = feed.Groups.Count - 1; g >= 0; g--)
        {
            if (feed.Groups[g] is { Format.Behaviour.EndsWithSource: true } group)
            {
                foreach (var subscriber in group.Sets.SelectMany(part => part.Set.Subscribers).ToArray())
                {
                    Close(subscriber, CloseReason.SourceLost);
                }
            }
        }
    }

    /// <summary>Gives what the feed's sequence has put into <see cref="_feedItems"/> to all of the feed's subscribers.</summary>
    private void HandOut(ChannelFeed feed)
    {
        if (_feedItems.Count == 0)
        {
            return;
        }

        // Backwards, here and below: what is closed meanwhile leaves the list, and only those already seen move up.
        for (var g = feed.Groups.Count - 1; g >= 0; g--)
        {
            HandOut(feed, feed.Groups[g]);
        }

        foreach (var item in _feedItems)
        {
            if (item.Event is null)
            {
                LogGap(feed.Channel, item.Gap, item.Position);
            }
        }

        _feedItems.Clear();
    }

    private void HandOut(ChannelFeed feed, FormatGroup group)
    {
        var format = group.Format;
        _bodies.Clear();
        foreach (var item in _feedItems)
        {
            _bodies.Add(format.Body(feed, item));
        }

        for (var s = group.Sets.Count - 1; s >= 0; s--)
        {
            var (set, index) = group.Sets[s];
            var subscribers = set.Subscribers.Count;
            var positions = set.LivePositions();
            _frames.Clear();
            for (var i = 0; i < _feedItems.Count; i++)
            {
                positions[index] = _feedItems[i].Position;
                if (_bodies[i] is { } body)
                {
                    _frames.Add(format.Frame(_feedItems[i], body, set, index, positions));
                    CountGap(_feedItems[i], subscribers);
                }
            }

            if (_frames.Count == 0)
            {
                continue;
            }

            var frames = CollectionsMarshal.AsSpan(_frames);
            for (var i = set.Subscribers.Count - 1; i >= 0; i--)
            {
                set.Subscribers[i].Write(frames);
            }

            _walked += subscribers;
            long size = 0;
            foreach (ref readonly var frame in frames)
            {
                size += frame.Length;
            }

            Metrics.FramesHandedOut((long)frames.Length * subscribers, size * subscribers);
        }
    }

    private void CountGap(in FeedItem item, int subscribers)
    {
        if (item.Event is null)
        {
            Metrics.GapTold(item.Gap, subscribers);
        }
    }
}
