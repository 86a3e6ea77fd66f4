using SseFabric.Contracts;
using SseFabric.Frontend.Feeds;
using SseFabric.Frontend.Framing;
using SseFabric.Frontend.Resume;
using SseFabric.Frontend.Subscribers;

namespace SseFabric.Unit.Subscribers;

/// <summary>A format that throws where it is told to, and else does what the real one does.</summary>
internal sealed class FaultyFormat(IStreamFormat real) : IStreamFormat
{
    /// <summary>At which of its methods it throws; null: at none.</summary>
    public string? FaultyAt { get; set; }

    public StreamBehaviour Behaviour => Try(nameof(Behaviour), real.Behaviour);

    public byte[]? Body(ChannelFeed feed, PublishedEvent published) => Try(nameof(Body), real.Body(feed, published));

    public byte[]? Gap(ChannelFeed feed, in FeedItem item) => Try(nameof(Gap), real.Gap(feed, item));

    public Frame Frame(in FeedItem item, byte[] body, ChannelSet set, int channel, ReadOnlySpan<Cursor> positions) =>
        Try(nameof(Frame), real.Frame(item, body, set, channel, positions));

    public byte[] Opening(ChannelSet set, ReadOnlySpan<Cursor> positions) => Try(nameof(Opening), real.Opening(set, positions));

    public byte[] Dropped(ChannelSet set, IEnumerable<int> channels, byte[] idLine) => Try(nameof(Dropped), real.Dropped(set, channels, idLine));

    public byte[] Farewell(TimeSpan retry) => Try(nameof(Farewell), real.Farewell(retry));

    public ResumePoint[] ReadLastEventId(string id, ReadOnlySpan<ChannelName> channels) => Try(nameof(ReadLastEventId), real.ReadLastEventId(id, channels));

    public ResumePoint[] Locate(ResumePoint[] points, ReadOnlySpan<ChannelFeed> feeds) => Try(nameof(Locate), real.Locate(points, feeds));

    private T Try<T>(string method, T result) => method == FaultyAt ? throw new InvalidCastException($"A fault at {method}.") : result;
}
