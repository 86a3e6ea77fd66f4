using SseFabric.Channels.Configuration;
using SseFabric.Contracts;
using SseFabric.Frontend.Resume;
using SseFabric.Frontend.Subscribers;

namespace SseFabric.Frontend.Feeds;

/// <summary>This process's attachment to one channel, and who is given what it brings. Used on the fan-out loop only.</summary>
internal sealed class ChannelFeed(ChannelName channel)
{
    private FeedSequence? _sequence;

    public ChannelName Channel { get; } = channel;

    /// <summary>What stands for the channel's name in event ids.</summary>
    public uint Hash { get; } = EventIdFormat.Hash(channel);

    public FeedState State { get; private set; }

    public SourceState Source { get; set; }

    /// <summary>Subscribe requests under way that need the feed, and channel sets that have it. At zero it is detached.</summary>
    public int Users { get; set; }

    public int SubscriberCount { get; set; }

    /// <summary>Reads of the history that have begun: one at a time.</summary>
    public long ReadsBegun { get; set; }

    /// <summary>Reads of the history whose result has been applied, or which failed.</summary>
    public long ReadsDone { get; set; }

    public bool IsReading { get; set; }

    /// <summary>Requests that wait for the attach, or for a read of the history.</summary>
    public List<SubscribeRequest> Waiting { get; private set; } = [];

    /// <summary>The sets that have this channel, by their formats.</summary>
    public List<FormatGroup> Groups { get; } = [];

    /// <summary>Batches that came before the attach was answered.</summary>
    public List<EventBatch> Early { get; private set; } = [];

    public FeedSequence Sequence => _sequence ?? throw new InvalidOperationException($"the feed of '{Channel}' is not attached");

    public void Add(ChannelSet set, int index)
    {
        var group = Groups.Find(group => group.Format == set.Format);
        if (group is null)
        {
            group = new FormatGroup(set.Format);
            Groups.Add(group);
        }

        group.Add(set, index);
    }

    /// <summary>Takes a set out, and with the last one of its format the group: the last group moves to its place.</summary>
    public void Remove(ChannelSet set, int index)
    {
        var place = Groups.FindIndex(group => group.Format == set.Format);
        Groups[place].Remove(set, index);
        if (Groups[place].Sets.Count == 0)
        {
            Groups[place] = Groups[^1];
            Groups.RemoveAt(Groups.Count - 1);
        }
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
}
