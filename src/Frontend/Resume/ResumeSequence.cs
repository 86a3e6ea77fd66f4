using SseFabric.Contracts;
using SseFabric.Frontend.Feeds;

namespace SseFabric.Frontend.Resume;

/// <summary>What a subscriber that comes back with a cursor is given of a channel before it is live. Pure.</summary>
internal static class ResumeSequence
{
    /// <summary>Turns a read of the history into events and gaps.</summary>
    /// <param name="page">The history after <paramref name="from"/>, or all of it if that isn't known.</param>
    /// <param name="from">The subscriber's cursor; null: its last event id says nothing of this channel that could be understood.</param>
    public static List<FeedItem> Build(HistoryPage page, Cursor? from)
    {
        var items = new List<FeedItem>(page.Events.Count + 1);
        var position = from ?? default;
        if (from is null || page.Outcome != ResumeOutcome.Exact)
        {
            var reason = ReasonOf(from is null ? ResumeOutcome.Unknown : page.Outcome);
            items.Add(page.Events.Count > 0 ? FeedItem.GapBefore(reason, page.Events[0]) : FeedItem.GapBefore(reason, page.Head));
            position = items[0].Position;
        }

        foreach (var published in page.Events)
        {
            if (published.Cursor.Epoch != position.Epoch)
            {
                items.Add(FeedItem.GapBefore(GapReason.Epoch, published));
            }

            items.Add(FeedItem.Of(published));
            position = published.Cursor;
        }

        if (position.Epoch != page.Head.Epoch)
        {
            items.Add(FeedItem.GapBefore(GapReason.Epoch, page.Head));
        }

        return items;
    }

    private static GapReason ReasonOf(ResumeOutcome outcome) => outcome switch
    {
        ResumeOutcome.Evicted => GapReason.Evicted,
        ResumeOutcome.Epoch => GapReason.Epoch,
        ResumeOutcome.Unknown => GapReason.Unknown,
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, null),
    };
}
