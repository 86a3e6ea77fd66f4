using System.Security.Cryptography;
using SseFabric.Channels.Configuration;
using SseFabric.Channels.History;
using SseFabric.Contracts;

namespace SseFabric.Frontend.Feeds;

/// <summary>Puts a channel's batches into one unbroken sequence for its subscribers: drops repeats, notices holes, and tells what can't be had.</summary>
/// <remarks>
/// Not thread-safe; pure but for the clock. Whoever drives it reads the channel's history when <see cref="Take"/> asks for it, and gives the page to
/// <see cref="Apply"/>. What comes meanwhile is held, within <see cref="MaxHeldBytes"/>; beyond that it is forgotten, which is one more hole to read.
/// </remarks>
internal sealed class FeedSequence(HistoryOptions bounds, TimeProvider time, Cursor head)
{
    public const long MaxHeldBytes = 32L << 20;

    private readonly Cursor _start = head;
    private readonly Queue<EventBatch> _held = new();
    private long _heldBytes;
    private bool _isReading;

    /// <summary>The channel's events as far as subscribers have been given them.</summary>
    public HistoryRing History { get; private set; } = new(bounds, time, head);

    /// <summary>Where subscribers stand.</summary>
    public Cursor Position => History.Head;

    /// <summary>Whether <see cref="History"/> holds all that its owner's does.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>The cursor to read the history after, once that is necessary: everything, as long as it isn't known.</summary>
    public Cursor? ReadAfter => IsComplete ? Position : null;

    /// <summary>Takes a batch. False: something is missing before its end; read the history and <see cref="Apply"/> it.</summary>
    public bool Take(EventBatch batch, List<FeedItem> items)
    {
        if (_isReading)
        {
            Hold(batch);
            return false;
        }

        foreach (var published in batch.Events)
        {
            if (published.Cursor <= Position)
            {
                continue;
            }

            if (!published.Cursor.Follows(Position))
            {
                _isReading = true;
                Hold(batch);
                return false;
            }

            Give(published, items);
        }

        if (batch.Head > Position)
        {
            // Kept, for the head it tells: a read that began before may end short of it.
            _isReading = true;
            Hold(batch);
        }

        return !_isReading;
    }

    /// <summary>Applies a read of the history after <see cref="ReadAfter"/>, then what was held meanwhile. False: something is missing still.</summary>
    public bool Apply(HistoryPage page, List<FeedItem> items)
    {
        if (TakeOver(page, items))
        {
            return TakeHeld(items);
        }

        foreach (var published in page.Events)
        {
            if (published.Cursor <= Position)
            {
                continue;
            }

            if (!published.Cursor.Follows(Position))
            {
                items.Add(FeedItem.GapBefore(ReasonBefore(published.Cursor), published));
            }

            Give(published, items);
        }

        if (page.Head > Position)
        {
            items.Add(FeedItem.GapBefore(ReasonBefore(page.Head), page.Head));
            Skip(page.Head);
        }

        var isComplete = Complete(page);
        return TakeHeld(items) && isComplete;
    }

    /// <summary>Goes on with a new owner that has read in Redis what the one before had given: ready frames, which say themselves which they are.</summary>
    /// <remarks>If it has one that was given here, it has all that came after that one: nothing is missing, and nothing is given twice.</remarks>
    private bool TakeOver(HistoryPage page, List<FeedItem> items)
    {
        if (page.Events.Count == 0 || page.Events[0].Cursor.Epoch <= Position.Epoch || !page.Events.Any(published => published.Event.IsFrame))
        {
            return false;
        }

        var given = History.ReadAfter(null).Events.Where(SaysWhichItIs).Select(Digest).ToHashSet(StringComparer.Ordinal);
        var known = page.Events.ToList().FindIndex(published => SaysWhichItIs(published) && given.Contains(Digest(published)));
        if (known < 0)
        {
            return false;
        }

        History = new HistoryRing(bounds, time, page);
        IsComplete = true;
        // What stands before the first that was given here was given before this feed was there, or has been forgotten since.
        var position = page.Events[known].Cursor;
        foreach (var published in page.Events.Skip(known))
        {
            if (published.Cursor.Epoch != position.Epoch)
            {
                items.Add(FeedItem.GapBefore(GapReason.Epoch, published));
            }

            position = published.Cursor;
            if (!given.Contains(Digest(published)))
            {
                items.Add(FeedItem.Of(published));
            }
        }

        if (position.Epoch != page.Head.Epoch)
        {
            items.Add(FeedItem.GapBefore(GapReason.Epoch, page.Head));
        }

        return true;
    }

    // Two frames without an id may be the same and yet two.
    private static bool SaysWhichItIs(PublishedEvent published)
    {
        var frame = published.Event.Data.Span;
        return published.Event.IsFrame && (frame.StartsWith("id:"u8) || frame.IndexOf("\nid:"u8) >= 0 || frame.IndexOf("\rid:"u8) >= 0);
    }

    private static string Digest(PublishedEvent published) => Convert.ToHexString(SHA256.HashData(published.Event.Data.Span));

    private bool TakeHeld(List<FeedItem> items)
    {
        _isReading = false;
        _heldBytes = 0;
        for (var left = _held.Count; left > 0; left--)
        {
            // Once one shows a hole, it and those after it are held again.
            Take(_held.Dequeue(), items);
        }

        return !_isReading;
    }

    private GapReason ReasonBefore(Cursor next) => next.Epoch == Position.Epoch ? GapReason.Evicted : GapReason.Epoch;

    private void Give(PublishedEvent published, List<FeedItem> items)
    {
        History.Append(published);
        items.Add(FeedItem.Of(published));
    }

    private void Skip(Cursor head)
    {
        if (head.Epoch != Position.Epoch)
        {
            History.BeginEpoch(head.Epoch);
        }

        if (head.Offset > 0)
        {
            History.SkipTo(head);
        }
    }

    private bool Complete(HistoryPage page)
    {
        if (IsComplete)
        {
            return true;
        }

        if (page.Head < _start)
        {
            // From before the attach, of an owner that was replaced: what the present one retains isn't known yet.
            return false;
        }

        // What came since the attach is known here; a page that goes further back knows more. One that doesn't is a new owner's.
        if (page.Events.Count > 0 && page.Events[0].Cursor <= _start)
        {
            var since = History.ReadAfter(page.Head);
            History = new HistoryRing(bounds, time, page);
            foreach (var published in since.Events)
            {
                History.Append(published);
            }
        }

        IsComplete = true;
        return true;
    }

    private void Hold(EventBatch batch)
    {
        _held.Enqueue(batch);
        _heldBytes += Size(batch);
        while (_heldBytes > MaxHeldBytes && _held.Count > 1)
        {
            _heldBytes -= Size(_held.Dequeue());
        }
    }

    private static long Size(EventBatch batch)
    {
        // A beat costs something too, so that beats alone can't pile up without bound.
        long size = 256;
        foreach (var published in batch.Events)
        {
            size += published.Size;
        }

        return size;
    }
}
