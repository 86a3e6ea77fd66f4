using SseFabric.Channels.Configuration;
using SseFabric.Contracts;
using SseFabric.Frontend.Feeds;
using SseFabric.Frontend.Resume;
using SseFabric.Frontend.Subscribers;

namespace SseFabric.Frontend.Framing;

/// <summary>The fabric's own format: every event with the subscriber's position in all of its channels as id, every gap told.</summary>
internal sealed class NativeFormat(StreamOptions options) : IStreamFormat
{
    private (ChannelSet? Set, Cursor[] Positions, byte[] Block) _opening = (null, [], []);

    public StreamBehaviour Behaviour { get; } = new()
    {
        Heartbeat = ":\n\n"u8.ToArray(),
        HeartbeatAfter = options.HeartbeatOr(StreamOptions.DefaultHeartbeat),
        PollWindow = options.Polling.Window ?? TimeSpan.FromSeconds(1),

        // Many proxies give up after 60.
        PollMaxWait = options.Polling.MaxWait ?? TimeSpan.FromSeconds(55),
    };

    public byte[] Body(ChannelFeed feed, PublishedEvent published) => FrameWriter.Body(published.Event);

    public byte[] Gap(ChannelFeed feed, in FeedItem item) => FrameWriter.MissedEvents(feed.Channel, item.Gap);

    public Frame Frame(in FeedItem item, byte[] body, ChannelSet set, int channel, ReadOnlySpan<Cursor> positions)
    {
        var idLine = IdLine(set, positions);
        return item.Event is null
            ? new Frame(body, FrameWriter.PositionBlock(idLine, options.Retry), idLine, channel)
            : new Frame(idLine, body, idLine, channel);
    }

    /// <summary>The position, so that a client that is cut before its first event resumes too.</summary>
    public byte[] Opening(ChannelSet set, ReadOnlySpan<Cursor> positions)
    {
        // Of many who come at once, most stand where the one before stood.
        if (_opening.Set != set || !positions.SequenceEqual(_opening.Positions))
        {
            _opening = (set, positions.ToArray(), FrameWriter.PositionBlock(IdLine(set, positions), options.Retry));
        }

        return _opening.Block;
    }

    public byte[] Dropped(ChannelSet set, IEnumerable<int> channels, byte[] idLine) =>
        [.. channels.SelectMany(channel => FrameWriter.MissedEvents(set.Feeds[channel].Channel, GapReason.Slow)), .. FrameWriter.PositionBlock(idLine, options.Retry)];

    public byte[] Farewell(TimeSpan retry) => FrameWriter.RetryBlock(retry);

    public byte[] Revoked(string reason, TimeSpan retry) => FrameWriter.StreamEnd(reason, retry);

    public ResumePoint[] ReadLastEventId(string id, ReadOnlySpan<ChannelName> channels) => EventIdFormat.Decode(id, channels);

    public ResumePoint[] Locate(ResumePoint[] points, ReadOnlySpan<ChannelFeed> feeds)
    {
        if (points[0].Kind != ResumeKind.Unnamed)
        {
            return points;
        }

        // A cursor without its channel's name, from when the list was another: it is of the channel that knows its epoch.
        var owner = 0;
        while (owner < feeds.Length && !(feeds[owner].State == FeedState.Attached && feeds[owner].Sequence.History.KnowsEpoch(points[0].Cursor.Epoch)))
        {
            owner++;
        }

        var located = new ResumePoint[points.Length];
        Array.Fill(located, new ResumePoint(owner < located.Length ? ResumeKind.Live : ResumeKind.Unknown));
        if (owner < located.Length)
        {
            located[owner] = points[owner] with { Kind = ResumeKind.At };
        }

        return located;
    }

    private static byte[] IdLine(ChannelSet set, ReadOnlySpan<Cursor> positions) => FrameWriter.IdLine(EventIdFormat.Encode(set.Hashes, positions));
}
