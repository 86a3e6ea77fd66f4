using SseFabric.Contracts;
using SseFabric.Frontend.Feeds;
using SseFabric.Frontend.Framing;

namespace SseFabric.Frontend.Subscribers;

/// <summary>What a subscriber that resumes has still to be given of its channels' histories, before anything that came since. Used on its delivery loop only.</summary>
/// <remarks>
/// Not counted in the subscriber's queue: the histories bound it, and a client that has just come back isn't slow. A queue smaller than a history would
/// otherwise close the stream before the client got anything, again and again. Frames are made as the transport takes them: what waits are references.
/// </remarks>
/// <param name="set">The subscriber's channels.</param>
/// <param name="positions">Where the subscriber stands in each; moved on frame by frame.</param>
/// <param name="items">What it is given, each with the channel's index in the set. The bodies of gaps are made here, on the fan-out loop.</param>
internal sealed class Backlog(ChannelSet set, Cursor[] positions, IEnumerable<(FeedItem Item, int Channel)> items)
{
    private readonly Queue<(FeedItem Item, int Channel, byte[]? Gap)> _items =
        new(items.Select(part => (part.Item, part.Channel, part.Item.Event is null ? set.Format.Gap(set.Feeds[part.Channel], part.Item) : null)));

    public int Count => _items.Count;

    /// <summary>The next frame; null if nothing is written for the next item.</summary>
    /// <param name="bodies">The bodies of what others resume with at the same time.</param>
    public Frame? Take(SharedBodies bodies)
    {
        var (item, channel, gap) = _items.Dequeue();
        positions[channel] = item.Position;
        var body = item.Event is { } published ? bodies.Of(set.Format, set.Feeds[channel], published) : gap;
        return body is null ? null : set.Format.Frame(item, body, set, channel, positions);
    }
}
