using SseFabric.Contracts;

namespace SseFabric.Frontend.Feeds;

/// <summary>What subscribers of a channel are given next: an event, or word of a gap.</summary>
/// <param name="Event">The event; null: a gap.</param>
/// <param name="Gap">Why, if it is a gap.</param>
/// <param name="Position">Where the subscriber stands after it: straight before the next event, behind a gap.</param>
internal readonly record struct FeedItem(PublishedEvent? Event, GapReason Gap, Cursor Position)
{
    /// <summary>An event. One whose payload was refused is a gap of its own.</summary>
    public static FeedItem Of(PublishedEvent published) =>
        published.Event.Rejected ? GapBefore(GapReason.Rejected, published.Cursor) : new(published, default, published.Cursor);

    /// <summary>A gap that ends at <paramref name="position"/>.</summary>
    public static FeedItem GapBefore(GapReason reason, Cursor position) => new(null, reason, position);

    /// <summary>A gap that ends straight before <paramref name="next"/>.</summary>
    public static FeedItem GapBefore(GapReason reason, PublishedEvent next) => new(null, reason, next.Cursor with { Offset = next.Cursor.Offset - 1 });
}
