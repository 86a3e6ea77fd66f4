using SseFabric.Channels.Configuration;
using SseFabric.Contracts;
using SseFabric.Frontend.Feeds;
using SseFabric.Frontend.Resume;
using SseFabric.Frontend.Subscribers;

namespace SseFabric.Frontend.Framing;

/// <summary>The format of cyclone-sse: an id that looks like a UUID and is the same for every subscriber of an event, and the data. Gaps are told.</summary>
/// <remarks>
/// <para>An id has room for the position in one channel. Where its subscriber stood in its other channels is found again from the order in which
/// this process has given out events; where that isn't known, or another frontend may have served the subscriber, from the times at which the events
/// were accepted, less <see cref="Margin"/>: then what came so shortly before the event may be given again, under the same id, but nothing is passed over.</para>
/// <para>So what a subscriber resumes with is put in the order of those times, and where they are the same in that of delivery: wherever it is cut, the part that it
/// has got holds all that will be taken for seen.</para>
/// </remarks>
/// <param name="options">Heartbeats and polls, where they are set.</param>
/// <param name="isAlone">Whether no other process serves the same channels.</param>
/// <param name="time">The clock that events are stamped by where this process is alone.</param>
internal sealed class CycloneFormat(StreamOptions options, bool isAlone, TimeProvider time) : IStreamFormat
{
    /// <summary>How far the clocks of the channels' owners, and the ways of their events, may differ.</summary>
    public static readonly TimeSpan Margin = TimeSpan.FromSeconds(1);

    private readonly DeliveryOrder _order = new();
    private readonly long _begin = time.GetUtcNow().ToUnixTimeMilliseconds();

    public StreamBehaviour Behaviour { get; } = new()
    {
        Heartbeat = ": sse ping\n\n"u8.ToArray(),
        HeartbeatAfter = options.Heartbeat ?? TimeSpan.FromSeconds(30),
        PollWindow = options.Polling.Window ?? TimeSpan.Zero,
        PollMaxWait = options.Polling.MaxWait ?? TimeSpan.FromSeconds(30),
    };

    public byte[] Body(ChannelFeed feed, PublishedEvent published) =>
        FrameWriter.Body(published.Event, CycloneEventId.Line(feed.Hash, published.Cursor));

    public void GivenOut(ChannelFeed feed, in FeedItem item) => _order.Add(feed.Channel, item.Position);

    public byte[] Gap(ChannelFeed feed, in FeedItem item)
    {
        // What was before the next event, or before now, has been given in every channel, as far as it can be had.
        var next = feed.Sequence.History.Next(item.Position);
        var idLine = next is null && isAlone && item.Position.Epoch >= _begin
            ? CycloneEventId.Line(feed.Hash, item.Position)
            : CycloneEventId.MomentLine(feed.Hash, next?.AcceptedAt ?? time.GetUtcNow().ToUnixTimeMilliseconds());
        return [.. idLine, .. FrameWriter.MissedEvents(feed.Channel, item.Gap)];
    }

    public Frame Frame(in FeedItem item, byte[] body, ChannelSet set, int channel, ReadOnlySpan<Cursor> positions) => new([], body, [], channel);

    public byte[] Opening(ChannelSet set, ReadOnlySpan<Cursor> positions)
    {
        for (var i = 0; i < positions.Length; i++)
        {
            _order.Add(set.Feeds[i].Channel, positions[i]);
        }

        return "\n\n"u8.ToArray();
    }

    /// <summary>Without an id: a client that is cut after it gets what was dropped.</summary>
    public byte[] Dropped(ChannelSet set, IEnumerable<int> channels, byte[] idLine) =>
        [.. channels.SelectMany(channel => FrameWriter.MissedEvents(set.Feeds[channel].Channel, GapReason.Slow))];

    public byte[] Farewell(TimeSpan retry) => FrameWriter.RetryBlock(retry);

    public byte[] Revoked(string reason, TimeSpan retry) => FrameWriter.StreamEnd(reason, retry);

    public ResumePoint[] ReadLastEventId(string id, ReadOnlySpan<ChannelName> channels)
    {
        var points = new ResumePoint[channels.Length];
        Array.Fill(points, new ResumePoint(ResumeKind.Unknown));
        if (!CycloneEventId.TryRead(id, out var hash, out var cursor, out var moment))
        {
            return points;
        }

        if (moment is { } since)
        {
            Array.Fill(points, new ResumePoint(ResumeKind.Beside, new Cursor(since, 0)));
            return points;
        }

        var owner = -1;
        for (var i = 0; i < channels.Length; i++)
        {
            if (EventIdFormat.Hash(channels[i]) == hash)
            {
                // Two channels of one list with the same hash: which is which can't be told.
                owner = owner == -1 ? i : channels.Length;
            }
        }

        if (owner >= 0 && owner < points.Length)
        {
            Array.Fill(points, new ResumePoint(ResumeKind.Beside));
            points[owner] = new ResumePoint(ResumeKind.At, cursor);
        }

        return points;
    }

    public ResumePoint[] Locate(ResumePoint[] points, ReadOnlySpan<ChannelFeed> feeds)
    {
        if (!Array.Exists(points, point => point.Kind == ResumeKind.Beside))
        {
            return points;
        }

        foreach (var feed in feeds)
        {
            if (feed.State != FeedState.Attached || !feed.Sequence.IsComplete)
            {
                return points;
            }
        }

        var owner = Array.FindIndex(points, point => point.Kind == ResumeKind.At);
        var (moment, place) = owner < 0 ? (points[0].Cursor.Epoch, null) : MomentOf(feeds[owner], points[owner].Cursor);
        var located = new ResumePoint[points.Length];
        for (var i = 0; i < points.Length; i++)
        {
            located[i] = points[i].Kind == ResumeKind.At ? points[i]
                : PositionIn(feeds[i], moment, place) is { } position ? new ResumePoint(ResumeKind.At, position)
                : new ResumePoint(ResumeKind.Unknown);
        }

        return located;
    }

    public IEnumerable<(FeedItem Item, int Channel)> Arrange(ChannelSet set, List<(FeedItem Item, int Channel)> missed)
    {
        var moments = MomentsOf(missed, set.Feeds.Length);
        var arranged = Enumerable.Range(0, missed.Count)
            .OrderBy(i => moments[i]).ThenBy(i => _order.PlaceOf(set.Feeds[missed[i].Channel].Channel, missed[i].Item.Position))
            .Select(i => missed[i]).ToArray();
        foreach (var (item, channel) in arranged)
        {
            // They count as given out now, in this order, though a slow subscriber takes them later.
            _order.Add(set.Feeds[channel].Channel, item.Position);
        }

        return arranged;
    }

    /// <summary>When, and where in the order, a channel got to a position.</summary>
    private (long? Moment, long? Place) MomentOf(ChannelFeed feed, Cursor position)
    {
        var history = feed.Sequence.History;
        if (history.Find(position) is { } seen)
        {
            return (seen.AcceptedAt, isAlone && seen.AcceptedAt >= _begin ? _order.CertainPlaceOf(feed.Channel, position) : null);
        }

        // No event's, and not one's that was trimmed: that of a gap behind which nothing had come.
        var isGap = isAlone && position.Epoch >= _begin && position > history.TrimmedThrough;
        return (null, isGap ? _order.CertainPlaceOf(feed.Channel, position) : null);
    }

    private Cursor? PositionIn(ChannelFeed feed, long? moment, long? place)
    {
        var history = feed.Sequence.History;
        if (place is { } certain && _order.PositionBefore(feed.Channel, certain) is { } given)
        {
            // Not further than what was accepted by then, if there is an event between the two.
            return moment is { } known && history.PositionAt(known + 1) is var accepted && history.Next(accepted) is { } next && next.Cursor <= given ? accepted : given;
        }

        return moment is { } about ? history.PositionAt(about - (long)Margin.TotalMilliseconds) : null;
    }

    // The time of an item is the least of its own and of those that follow in its channel, so that a clock that was set back changes no channel's order.
    private static long[] MomentsOf(List<(FeedItem Item, int Channel)> missed, int channels)
    {
        var moments = new long[missed.Count];
        var least = new long[channels];
        Array.Fill(least, long.MaxValue);
        for (var i = missed.Count - 1; i >= 0; i--)
        {
            var (item, channel) = missed[i];
            least[channel] = Math.Min(least[channel], item.Event?.AcceptedAt ?? long.MaxValue);
            moments[i] = least[channel];
        }

        return moments;
    }
}
