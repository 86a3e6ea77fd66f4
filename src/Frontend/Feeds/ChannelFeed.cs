using SseFabric.Channels.Configuration;
using SseFabric.Contracts;
using SseFabric.Frontend.Framing;
using SseFabric.Frontend.Subscribers;

namespace SseFabric.Frontend.Feeds;

/// <summary>This process's attachment to one channel, and who is given what it brings. Used on the fan-out loop only.</summary>
internal sealed class ChannelFeed(ChannelName channel)
{
    private FeedSequence? _sequence;

    public ChannelName Channel { get; } = channel;

    public FeedState State { get; private set; }

    public SourceState Source { get; set; }

    /// <summary>Subscribe requests under way that need the feed, and channel sets that have it. At zero it is detached.</summary>
    public int Users { get; set; }

    public int SubscriberCount { get; set; }

    public bool IsReading { get; set; }

    /// <summary>Requests that wait for the attach, or for a read of the history.</summary>
    public List<SubscribeRequest> Waiting { get; private set; } = [];

    /// <summary>The sets that have this channel, each with the channel's index in it.</summary>
    public List<(ChannelSet Set, int Index)> Sets { get; } = [];

    /// <summary>Batches that came before the attach was answered.</summary>
    public List<EventBatch> Early { get; private set; } = [];

    public FeedSequence Sequence => _sequence ?? throw new InvalidOperationException($"the feed of '{Channel}' is not attached");

    public void Add(ChannelSet set, int index)
    {
        set.Places[index] = Sets.Count;
        Sets.Add((set, index));
    }

    /// <summary>Takes a set out; the last one moves to its place.</summary>
    public void Remove(ChannelSet set, int index)
    {
        var last = Sets[^1];
        Sets[set.Places[index]] = last;
        last.Set.Places[last.Index] = set.Places[index];
        Sets.RemoveAt(Sets.Count - 1);
    }

    public void Attached(Cursor head, HistoryOptions bounds, TimeProvider time)
    {
        _sequence = new FeedSequence(bounds, time, head);
        State = FeedState.Attached;
    }

    public void Failed(FeedState state) => State = state;

    public List<SubscribeRequest> TakeWaiting()
    {
        var waiting = Waiting;
        Waiting = [];
        return waiting;
    }

    public List<EventBatch> TakeEarly()
    {
        var early = Early;
        Early = [];
        return early;
    }

    /// <summary>The bytes of an item that don't depend on who gets it.</summary>
    public byte[] Body(in FeedItem item) =>
        item.Event is { } published ? FrameWriter.Body(published.Event) : FrameWriter.MissedEvents(Channel, item.Gap);
}
