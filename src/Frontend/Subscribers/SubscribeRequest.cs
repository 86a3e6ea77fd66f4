using SseFabric.Contracts;
using SseFabric.Frontend.Feeds;
using SseFabric.Frontend.Framing;
using SseFabric.Frontend.Resume;

namespace SseFabric.Frontend.Subscribers;

/// <summary>A subscriber on its way to its channels. Used on the fan-out loop only, but for posting it.</summary>
/// <param name="channels">The channels, each once.</param>
/// <param name="lastEventId">What the client sent as last event id; null: nothing.</param>
/// <param name="format">How the stream looks.</param>
/// <param name="subscriber">Who is to be joined.</param>
internal sealed class SubscribeRequest(ChannelName[] channels, string? lastEventId, IStreamFormat format, Subscriber subscriber) : ILoopItem<FanOut>
{
    private ResumePoint[]? _points;
    private long[]? _awaitedReads;

    /// <summary>The channels, sorted.</summary>
    public ChannelName[] Channels { get; } = Sorted(channels);

    public IStreamFormat Format { get; } = format;

    public Subscriber Subscriber { get; } = subscriber;

    public string? LastEventId { get; } = lastEventId;

    /// <summary>The channels' feeds, once the request holds them.</summary>
    public ChannelFeed[]? Feeds { get; set; }

    /// <summary>Feeds that have it among those who wait: it goes on when the last of them has been answered.</summary>
    public int Awaited { get; set; }

    /// <summary>Set by the client's end.</summary>
    public bool IsAbandoned { get; set; }

    public bool IsDone { get; private set; }

    /// <summary>Is told what came of it, on the fan-out loop.</summary>
    public Action<SubscribeOutcome>? Completed { get; set; }

    public void Complete(SubscribeOutcome outcome)
    {
        if (!IsDone)
        {
            IsDone = true;
            Completed?.Invoke(outcome);
        }
    }

    void ILoopItem<FanOut>.Execute(FanOut loop) => loop.Begin(this);

    /// <summary>What the last event id says of each channel; nothing without one: all are live.</summary>
    public ResumePoint[] ResumePoints()
    {
        if (string.IsNullOrEmpty(LastEventId))
        {
            return [];
        }

        _points ??= Format.ReadLastEventId(LastEventId, Channels);
        return Format.Locate(_points, Feeds);
    }

    /// <summary>Whether a feed is behind what the client has seen through another frontend. Once it has read what its owner had when the request was there, a cursor ahead is a foreign one.</summary>
    /// <param name="channel">The feed's channel, by its index.</param>
    /// <param name="point">Where the client stands.</param>
    /// <param name="feed">The feed.</param>
    public bool MustCatchUp(int channel, ResumePoint point, ChannelFeed feed)
    {
        if (point.Kind != ResumeKind.At || point.Cursor <= feed.Sequence.Position)
        {
            return false;
        }

        // A read that is under way may have begun too early.
        _awaitedReads ??= new long[Channels.Length];
        _awaitedReads[channel] = _awaitedReads[channel] == 0 ? feed.ReadsBegun + 1 : _awaitedReads[channel];
        return feed.ReadsDone < _awaitedReads[channel];
    }

    private static ChannelName[] Sorted(ChannelName[] channels)
    {
        Array.Sort(channels, static (left, right) => string.CompareOrdinal(left.Value, right.Value));
        return channels;
    }
}
