using System.Text;
using SseFabric.Channels.Configuration;
using SseFabric.Contracts;
using SseFabric.Frontend.Feeds;
using SseFabric.Frontend.Resume;
using SseFabric.Frontend.Subscribers;

namespace SseFabric.Frontend.Framing;

/// <summary>The native format with a field more: the channel of each event and gap, and the position behind it there, for a client that gives the events of one stream to many.</summary>
/// <remarks>
/// The field is <c>channel: POSITION NAME</c>; an EventSource passes over it. The first block has one for each channel. As last event id the client may send
/// what these fields said, one a line, in place of an id: so it can put together where it stands in each channel, and go back in some.
/// </remarks>
internal sealed class NamedFormat(StreamOptions options) : IStreamFormat
{
    private readonly NativeFormat _native = new(options);

    public StreamBehaviour Behaviour => _native.Behaviour;

    public byte[] Body(ChannelFeed feed, PublishedEvent published) => [.. Field(feed.Channel, published.Cursor), .. _native.Body(feed, published)];

    public byte[] Gap(ChannelFeed feed, in FeedItem item) => [.. Field(feed.Channel, item.Position), .. _native.Gap(feed, item)];

    public Frame Frame(in FeedItem item, byte[] body, ChannelSet set, int channel, ReadOnlySpan<Cursor> positions) => _native.Frame(item, body, set, channel, positions);

    public byte[] Opening(ChannelSet set, ReadOnlySpan<Cursor> positions)
    {
        var fields = new List<byte>();
        for (var i = 0; i < positions.Length; i++)
        {
            fields.AddRange(Field(set.Feeds[i].Channel, positions[i]));
        }

        return [.. fields, .. _native.Opening(set, positions)];
    }

    public byte[] Dropped(ChannelSet set, IEnumerable<int> channels, byte[] idLine)
    {
        // The id is the only word of where the subscriber stands behind what was dropped.
        var names = Array.ConvertAll(set.Feeds, feed => feed.Channel);
        var points = _native.ReadLastEventId(Encoding.ASCII.GetString(idLine.AsSpan("id: ".Length)).TrimEnd(), names);
        return
        [
            .. channels.SelectMany(channel => (byte[])[.. Field(names[channel], points[channel].Cursor), .. FrameWriter.MissedEvents(names[channel], GapReason.Slow)]),
            .. FrameWriter.PositionBlock(idLine, options.Retry),
        ];
    }

    public byte[] Farewell(TimeSpan retry) => _native.Farewell(retry);

    public byte[] Revoked(string reason, TimeSpan retry) => _native.Revoked(reason, retry);

    public ResumePoint[] ReadLastEventId(string id, ReadOnlySpan<ChannelName> channels)
    {
        if (!id.Contains(' ', StringComparison.Ordinal))
        {
            return _native.ReadLastEventId(id, channels);
        }

        var positions = new Dictionary<string, ResumePoint>();
        foreach (var line in id.Split('\n'))
        {
            var space = line.IndexOf(' ', StringComparison.Ordinal);
            positions[line[(space + 1)..]] =
                space > 0 && Cursor.TryParse(line.AsSpan(0, space), out var cursor) ? new ResumePoint(ResumeKind.At, cursor) : new ResumePoint(ResumeKind.Unknown);
        }

        var points = new ResumePoint[channels.Length];
        for (var i = 0; i < points.Length; i++)
        {
            points[i] = positions.GetValueOrDefault(channels[i].Value);
        }

        return points;
    }

    public ResumePoint[] Locate(ResumePoint[] points, ReadOnlySpan<ChannelFeed> feeds) => _native.Locate(points, feeds);

    private static byte[] Field(ChannelName channel, Cursor position) => Encoding.UTF8.GetBytes($"channel: {position} {channel.Value}\n");
}
