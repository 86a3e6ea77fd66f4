using SseFabric.Contracts;
using SseFabric.Frontend.Feeds;
using SseFabric.Frontend.Resume;
using SseFabric.Frontend.Subscribers;

namespace SseFabric.Frontend.Framing;

/// <summary>How a stream looks on the wire, and how it behaves: the bytes of events and gaps, its beginning and end, its silence, its last event ids.</summary>
/// <remarks>
/// Used on the fan-out loop, and on the delivery loops where it says so. Subscribers of the same channels share every byte if they share the format, the object itself: whoever serves streams keeps one.
/// </remarks>
internal interface IStreamFormat
{
    /// <summary>What it does by the clock, and when its source is lost. Any thread.</summary>
    StreamBehaviour Behaviour { get; }

    /// <summary>The bytes of an event that all subscribers of its channel share; null: nothing is written for it. Any thread: of the feed it takes the name alone.</summary>
    byte[]? Body(ChannelFeed feed, PublishedEvent published);

    /// <summary>The bytes of a gap that all subscribers of its channel share; null: nothing is written for it.</summary>
    byte[]? Gap(ChannelFeed feed, in FeedItem item);

    /// <summary>An item is given out live. Each is told once, in order, before anything is made of it.</summary>
    void GivenOut(ChannelFeed feed, in FeedItem item)
    {
    }

    /// <summary>The frame of an item. Any thread.</summary>
    /// <param name="item">What happened.</param>
    /// <param name="body">The item's <see cref="Body"/> or <see cref="Gap"/>.</param>
    /// <param name="set">Who gets it.</param>
    /// <param name="channel">The item's channel, by its index in the set.</param>
    /// <param name="positions">Where the subscribers stand in every channel after the item.</param>
    Frame Frame(in FeedItem item, byte[] body, ChannelSet set, int channel, ReadOnlySpan<Cursor> positions);

    /// <summary>What a stream begins with, before any frame. May be empty: the head alone.</summary>
    /// <param name="set">Who gets it.</param>
    /// <param name="positions">Where the subscriber stands in every channel.</param>
    byte[] Opening(ChannelSet set, ReadOnlySpan<Cursor> positions);

    /// <summary>What a stream begins and resumes with, where the format decides it for all of its channels at once.</summary>
    /// <param name="set">Who gets it. Every feed whose <see cref="ReadLastEventId"/> isn't live knows its channel's whole history.</param>
    /// <param name="lastEventId">What the client sent as last event id; null: nothing.</param>
    /// <returns>Null: the stream begins with <see cref="Opening"/>, and resumes channel by channel.</returns>
    StreamStart? Start(ChannelSet set, string? lastEventId) => null;

    /// <summary>What a slow subscriber is told in place of frames that were dropped. May be empty. Any thread.</summary>
    /// <param name="set">The subscriber's set.</param>
    /// <param name="channels">The channels they belonged to, by their index in the set.</param>
    /// <param name="idLine">The <see cref="Framing.Frame.IdLine"/> of the last of them.</param>
    byte[] Dropped(ChannelSet set, IEnumerable<int> channels, byte[] idLine);

    /// <summary>What is written last to a stream that this process ends. May be empty. Any thread.</summary>
    /// <param name="retry">When the client is to come back.</param>
    byte[] Farewell(TimeSpan retry);

    /// <summary>What is written last to a stream that may not be read any more. May be empty. Any thread.</summary>
    /// <param name="reason">Why not, in a word.</param>
    /// <param name="retry">When the client is to come back, if at all.</param>
    byte[] Revoked(string reason, TimeSpan retry) => [];

    /// <summary>What a last event id says of each of the channels that are asked for, as far as it can be told from the id alone.</summary>
    ResumePoint[] ReadLastEventId(string id, ReadOnlySpan<ChannelName> channels);

    /// <summary>Settles what can only be told from what the channels' feeds know. Asked again whenever they know more.</summary>
    ResumePoint[] Locate(ResumePoint[] points, ReadOnlySpan<ChannelFeed> feeds);

    /// <summary>Puts what a subscriber resumes with in the order in which it gets it; each channel's own order stays.</summary>
    /// <param name="set">The subscriber's set.</param>
    /// <param name="missed">Channel by channel, with the channel's index in the set.</param>
    IEnumerable<(FeedItem Item, int Channel)> Arrange(ChannelSet set, List<(FeedItem Item, int Channel)> missed) => missed;
}
