using SseFabric.Contracts;
using SseFabric.Frontend.Feeds;
using SseFabric.Frontend.Framing;
using SseFabric.Frontend.Resume;
using SseFabric.Frontend.Subscribers;

namespace SseFabric.Frontend.HandOff.Grip;

/// <summary>A stream that a GRIP application holds: content byte for byte as published, the application's keep-alive in silence, and an end when the publisher says so.</summary>
internal sealed class GripStreamFormat(byte[] keepAlive, TimeSpan keepAliveAfter) : IStreamFormat
{
    public StreamBehaviour Behaviour { get; } = new() { Heartbeat = keepAlive, HeartbeatAfter = keepAlive.Length > 0 ? keepAliveAfter : null };

    public byte[]? Body(ChannelFeed feed, PublishedEvent published)
    {
        var (content, isLast) = GripItem.ReadStream(published.Event);
        return content.IsEmpty && !isLast ? null : content.ToArray();
    }

    public byte[]? Gap(ChannelFeed feed, in FeedItem item) => null;

    public Frame Frame(in FeedItem item, byte[] body, ChannelSet set, int channel, ReadOnlySpan<Cursor> positions) =>
        new([], body, [], channel) { IsLast = GripItem.ReadStream(item.Event!.Event).IsLast };

    public byte[] Opening(ChannelSet set, ReadOnlySpan<Cursor> positions) => [];

    public byte[] Dropped(ChannelSet set, IEnumerable<int> channels, byte[] idLine) => [];

    public byte[] Farewell(TimeSpan retry) => [];

    public ResumePoint[] ReadLastEventId(string id, ReadOnlySpan<ChannelName> channels) => GripPosition.Read(id, channels);

    public ResumePoint[] Locate(ResumePoint[] points, ReadOnlySpan<ChannelFeed> feeds) => GripPosition.Locate(points, feeds);
}
