using SseFabric.Channels.Configuration;
using SseFabric.Contracts;
using SseFabric.Frontend.Authorization;
using SseFabric.Frontend.Feeds;
using SseFabric.Frontend.Framing;

namespace SseFabric.Frontend.Subscribers;

/// <summary>The loop that owns this process's feeds, and decides who is given what: the <see cref="DeliveryLoop"/>s, which own the subscribers, write it.</summary>
/// <remarks>
/// <para>Everything that changes a feed or a set is an item of the loop's queue, and one thread at a time executes them in order. So a
/// subscriber joins all of its channels at one moment, between two events, and the ids it is given are true for all of them.</para>
/// <para>What waits for others (attach, detach, a read of the history) runs outside and posts its result.</para>
/// <para>It has no thread of its own: the first delivery loop lends it its turn, so that what it gives goes the shortest way.</para>
/// </remarks>
internal sealed partial class FanOut : WorkLoop<FanOut>, IFeedSink, ILoopItem<DeliveryLoop>
{
    private const int MaxEarlyBatches = 256;

    private readonly IChannelFabric _fabric;
    private readonly ChannelRules _rules;
    private readonly StreamOptions _options;
    private readonly RevokedTokens _revoked;
    private readonly TimeProvider _time;
    private readonly ILogger<FanOut> _logger;
    private readonly IReadOnlyList<DeliveryLoop> _loops;
    private readonly Dictionary<(IStreamFormat Format, string Names), ChannelSet> _sets = [];
    private readonly List<FeedItem> _feedItems = [];
    private readonly List<byte[]?> _bodies = [];
    private readonly Converter<ChannelName, ChannelFeed> _acquire;

    public FanOut(
        IChannelFabric fabric, ChannelRules rules, StreamOptions options, DeliveryLoops loops, RevokedTokens revoked, FrontendMetrics metrics, TimeProvider time, ILogger<FanOut> logger)
    {
        _revoked = revoked;
        _fabric = fabric;
        _rules = rules;
        _options = options;
        _time = time;
        _logger = logger;
        _loops = loops.All;
        _acquire = Acquire;
        _walks = new List<(ChannelSet, FrameBlock)>[_loops.Count];
        Metrics = metrics;
        foreach (var loop in _loops)
        {
            loop.Start(this);
        }

        fabric.UseSink(this);
    }

    public FrontendMetrics Metrics { get; }

    /// <summary>What is kept of channels: feeds, sets of subscribers, detaches under way. A moment's view for tests; any thread.</summary>
    internal (int Feeds, int Sets, int Detaching) Remains => (_feeds.Count, _sets.Count, _detaching.Count);

    /// <inheritdoc/>
    public ValueTask DeliverAsync(IReadOnlyList<EventBatch> batches)
    {
        var item = new DeliverItem(this, batches);
        Post(item);
        return new ValueTask(item.Done.Task);
    }

    void ILoopItem<DeliveryLoop>.Execute(DeliveryLoop loop)
    {
        ExecuteItems();
        if (!TryRest())
        {
            Wake();
        }
    }

    protected override void Wake() => _loops[0].Post(this);

    protected override void AfterItems()
    {
        PostWalks();
        ReportCounts();
    }

    protected override void Failed(object item, Exception exception)
    {
        LogFanOutItemFailed(item.GetType().Name, exception);
        Metrics.LoopItemFailed();

        // Half of it may be left, which the next delivery would hand out, or for which the counts would be told again and again.
        _feedItems.Clear();
        _unreported.Clear();
        _given.Clear();
    }

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
        foreach (var (set, _) in feed.Groups.Where(group => group.Format.Behaviour.EndsWithSource).SelectMany(group => group.Sets))
        {
            PostToAll(new DeliveryLoop.CloseSetItem(set, CloseReason.SourceLost));
        }
    }
}
