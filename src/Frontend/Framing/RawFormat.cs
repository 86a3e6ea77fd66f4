using SseFabric.Contracts;
using SseFabric.Frontend.Feeds;
using SseFabric.Frontend.Resume;
using SseFabric.Frontend.Subscribers;

namespace SseFabric.Frontend.Framing;

/// <summary>Payloads byte for byte as they were published: no event stream at all, but sound, pictures, or frames that the publisher has made.</summary>
/// <param name="prefix">Written before each payload.</param>
/// <param name="suffix">Written after each payload.</param>
/// <param name="preamble">Written once to each subscriber, before any payload.</param>
internal sealed class RawFormat(byte[] prefix, byte[] suffix, byte[] preamble) : IStreamFormat
{
    public StreamBehaviour Behaviour { get; } = new() { EndsWithSource = true };

    /// <summary>An empty payload without anything around it is nothing.</summary>
    public byte[]? Body(ChannelFeed feed, PublishedEvent published) =>
        prefix.Length + published.Event.Data.Length + suffix.Length == 0 ? null : [.. prefix, .. published.Event.Data.Span, .. suffix];

    public byte[]? Gap(ChannelFeed feed, in FeedItem item) => null;

    public Frame Frame(in FeedItem item, byte[] body, ChannelSet set, int channel, ReadOnlySpan<Cursor> positions) => new([], body, [], channel);

    public byte[] Opening(ChannelSet set, ReadOnlySpan<Cursor> positions) => preamble;

    public byte[] Dropped(ChannelSet set, IEnumerable<int> channels, byte[] idLine) => [];

    public byte[] Farewell(TimeSpan retry) => [];

    public ResumePoint[] ReadLastEventId(string id, ReadOnlySpan<ChannelName> channels) => new ResumePoint[channels.Length];

    public ResumePoint[] Locate(ResumePoint[] points, ReadOnlySpan<ChannelFeed> feeds) => points;
}
