using SseFabric.Contracts;
using SseFabric.Frontend.Feeds;
using SseFabric.Frontend.Framing;

namespace SseFabric.Frontend.Subscribers;

/// <summary>What a subscriber that resumes has still to be given of its channels' histories, before anything that came since. Used on the fan-out loop only.</summary>
/// <remarks>
/// Not counted in the subscriber's queue: the histories bound it, and a client that has just come back isn't slow. A queue smaller than a history would
/// otherwise close the stream before the client got anything, again and again. Frames are made as the transport takes them: what waits are references.
/// </remarks>
/// <param name="set">The subscriber's channels.</param>
/// <param name="positions">Where the subscriber stands in each; moved on frame by frame.</param>
/// <param name="items">What it is given, each with the channel's index in the set.</param>
/// <param name="bodies">The bodies of what others resume with at the same time.</param>
internal sealed class Backlog(ChannelSet set, Cursor[] positions, IEnumerable<(FeedItem Item, int Channel)> items, SharedBodies bodies)
{
    private readonly Queue<(FeedItem Item, int Channel)> _items = new(items);

    public int Count => _items.Count;

    /// <summary>The next frame; null if nothing is written for the next item.</summary>
    public Frame? Take()
    {
        var (item, channel) = _items.Dequeue();
        positions[channel] = item.Position;
        return bodies.Of(set.Format, set.Feeds[channel], item) is { } body ? set.Format.Frame(item, body, set, channel, positions) : null;
    }
}
