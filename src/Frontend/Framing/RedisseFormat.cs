using System.Text;
using SseFabric.Channels.Configuration;
using SseFabric.Contracts;
using SseFabric.Frontend.Feeds;
using SseFabric.Frontend.Resume;
using SseFabric.Frontend.Subscribers;

namespace SseFabric.Frontend.Framing;

/// <summary>The format of redisse: frames as they are in Redis, with the numbers of its counter as ids.</summary>
internal sealed class RedisseFormat(StreamOptions options) : IStreamFormat
{
    private static readonly byte[] s_missedEvents = "event: missedevents\ndata: \n\n"u8.ToArray();

    public StreamBehaviour Behaviour { get; } = new()
    {
        Heartbeat = ": hb\n"u8.ToArray(),
        HeartbeatAfter = options.Heartbeat ?? NativeFormat.DefaultHeartbeat,
        HeartbeatIsSteady = true,
        PollWindow = options.Polling.Window ?? TimeSpan.FromSeconds(1),
        PollMaxWait = options.Polling.MaxWait,
        EndsWithSource = true,
    };

    /// <summary>An event of a channel that isn't kept as redisse does has no number, and so no id.</summary>
    public byte[] Body(ChannelFeed feed, PublishedEvent published) =>
        published.Event is { IsFrame: true } frame ? frame.Data.ToArray() : SseFrame.Build(published.Event.Data, published.Event.Type, retry: published.Event.Retry);

    public byte[] Gap(ChannelFeed feed, in FeedItem item) => s_missedEvents;

    public Frame Frame(in FeedItem item, byte[] body, ChannelSet set, int channel, ReadOnlySpan<Cursor> positions) => new([], body, [], channel);

    public byte[] Opening(ChannelSet set, ReadOnlySpan<Cursor> positions) => [];

    public StreamStart? Start(ChannelSet set, string? lastEventId)
    {
        if (RedissePosition.Parse(lastEventId) is not { } position)
        {
            return null;
        }

        var missed = new List<(FeedItem Item, int Channel)>();
        var isMissing = position.LastId < 0;
        for (var i = 0; i < set.Feeds.Length; i++)
        {
            isMissing |= AddAfter(position.From, set.Feeds[i], i, missed) > position.LastId;
        }

        // Stable: those without a number of their own aren't here.
        missed = [.. missed.OrderBy(part => RedissePosition.NumberOf(part.Item.Event!.Event))];
        if (isMissing)
        {
            missed.Insert(0, (FeedItem.GapBefore(GapReason.Evicted, set.Feeds[0].Sequence.Position), 0));
        }

        var isTold = position.Counter is not null && (position.LastId is null || missed.Count == 0);
        return new StreamStart(isTold ? Encoding.UTF8.GetBytes($"id: {position.Counter}\nevent: lastEventId\ndata: \n\n") : [], isTold ? 1 : 0, missed);
    }

    public byte[] Dropped(ChannelSet set, IEnumerable<int> channels, byte[] idLine) => s_missedEvents;

    public byte[] Farewell(TimeSpan retry) => [];

    public byte[] Revoked(string reason, TimeSpan retry) => FrameWriter.StreamEnd(reason, retry);

    /// <summary>Whatever it is, the histories have to be known.</summary>
    public ResumePoint[] ReadLastEventId(string id, ReadOnlySpan<ChannelName> channels)
    {
        var points = new ResumePoint[channels.Length];
        Array.Fill(points, new ResumePoint(ResumeKind.Unknown));
        return points;
    }

    public ResumePoint[] Locate(ResumePoint[] points, ReadOnlySpan<ChannelFeed> feeds) => points;

    /// <summary>Adds what a channel retains after a number.</summary>
    /// <returns>The lowest number retained, if some may have been trimmed before it; -1 if none was.</returns>
    private static long AddAfter(long from, ChannelFeed feed, int channel, List<(FeedItem Item, int Channel)> missed)
    {
        var page = feed.Sequence.History.ReadAfter(null);
        var lowest = long.MaxValue;
        foreach (var published in page.Events)
        {
            if (RedissePosition.NumberOf(published.Event) is not { } number)
            {
                continue;
            }

            lowest = Math.Min(lowest, number);
            if (number > from)
            {
                missed.Add((FeedItem.Of(published), channel));
            }
        }

        return page.TrimmedThrough == default || lowest == long.MaxValue ? -1 : lowest;
    }
}
