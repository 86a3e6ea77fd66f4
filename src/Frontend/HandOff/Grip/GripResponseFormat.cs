using SseFabric.Contracts;
using SseFabric.Frontend.Feeds;
using SseFabric.Frontend.Framing;
using SseFabric.Frontend.Resume;
using SseFabric.Frontend.Subscribers;

namespace SseFabric.Frontend.HandOff.Grip;

/// <summary>A response that a GRIP application holds, as a poll that ends with its first item.</summary>
/// <remarks>It is written as it was published; <see cref="GripServer"/> makes the answer of it.</remarks>
internal sealed class GripResponseFormat(TimeSpan timeout) : IStreamFormat
{
    public StreamBehaviour Behaviour { get; } = new() { PollWindow = TimeSpan.Zero, PollMaxWait = timeout };

    public byte[]? Body(ChannelFeed feed, PublishedEvent published) => GripItem.IsResponse(published.Event) ? published.Event.Data.ToArray() : null;

    public byte[]? Gap(ChannelFeed feed, in FeedItem item) => null;

    public Frame Frame(in FeedItem item, byte[] body, ChannelSet set, int channel, ReadOnlySpan<Cursor> positions) => new([], body, [], channel);

    public byte[] Opening(ChannelSet set, ReadOnlySpan<Cursor> positions) => [];

    public byte[] Dropped(ChannelSet set, IEnumerable<int> channels, byte[] idLine) => [];

    public byte[] Farewell(TimeSpan retry) => [];

    public ResumePoint[] ReadLastEventId(string id, ReadOnlySpan<ChannelName> channels) => GripPosition.Read(id, channels);

    public ResumePoint[] Locate(ResumePoint[] points, ReadOnlySpan<ChannelFeed> feeds) => GripPosition.Locate(points, feeds);
}
