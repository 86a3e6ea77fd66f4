using SseFabric.Contracts;
using SseFabric.Frontend.Feeds;
using SseFabric.Frontend.Resume;
using SseFabric.Frontend.Subscribers;

namespace SseFabric.Frontend.Framing;

/// <summary>The format of uwsgi-sse-offload: data lines and nothing else. No id, no comment, no word of a gap; it ends with its source.</summary>
internal sealed class UwsgiFormat : IStreamFormat
{
    public StreamBehaviour Behaviour { get; } = new() { EndsWithSource = true };

    /// <summary>An empty payload is written as nothing.</summary>
    public byte[]? Body(ChannelFeed feed, PublishedEvent published) => published.Event.Data.IsEmpty ? null : FrameWriter.Body(published.Event);

    public byte[]? Gap(ChannelFeed feed, in FeedItem item) => null;

    public Frame Frame(in FeedItem item, byte[] body, ChannelSet set, int channel, ReadOnlySpan<Cursor> positions) => new([], body, [], channel);

    public byte[] Opening(ChannelSet set, ReadOnlySpan<Cursor> positions) => [];

    public byte[] Dropped(ChannelSet set, IEnumerable<int> channels, byte[] idLine) => [];

    public byte[] Farewell(TimeSpan retry) => [];

    public ResumePoint[] ReadLastEventId(string id, ReadOnlySpan<ChannelName> channels) => new ResumePoint[channels.Length];

    public ResumePoint[] Locate(ResumePoint[] points, ReadOnlySpan<ChannelFeed> feeds) => points;
}
