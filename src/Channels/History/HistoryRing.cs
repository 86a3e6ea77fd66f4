using SseFabric.Channels.Configuration;
using SseFabric.Contracts;

namespace SseFabric.Channels.History;

/// <summary>A channel's retained events, bounded by count, bytes and age; the newest is always kept. Not thread-safe.</summary>
/// <remarks>
/// Kept by the channel's owner, and mirrored by each frontend for the channels it is attached to, so that a crowd of resuming subscribers costs
/// the owner one read. Appending costs O(1) amortized, a read O(log n + events).
/// </remarks>
public sealed class HistoryRing
{
    /// <summary>How many ended epochs are remembered.</summary>
    public const int MaxClosedEpochs = 16;

    private readonly HistoryOptions _bounds;
    private readonly TimeProvider _time;
    private readonly List<Cursor> _closedEpochs = [];
    private PublishedEvent[] _events = [];
    private int _first;
    private long _bytes;

    /// <summary>An empty history at <paramref name="head"/>. What came before it counts as trimmed.</summary>
    public HistoryRing(HistoryOptions bounds, TimeProvider time, Cursor head)
    {
        _bounds = bounds;
        _time = time;
        Head = head;
        TrimmedThrough = head.Offset > 0 ? head : default;
    }

    /// <summary>A history that continues where <paramref name="page"/>, a read of everything, ends.</summary>
    public HistoryRing(HistoryOptions bounds, TimeProvider time, HistoryPage page)
        : this(bounds, time, page.Head)
    {
        _closedEpochs.AddRange(page.ClosedEpochs);
        TrimmedThrough = page.TrimmedThrough;
        foreach (var published in page.Events)
        {
            Add(published);
        }
    }

    /// <summary>The channel's position: after the newest event, or at the start of an epoch that has none yet.</summary>
    public Cursor Head { get; private set; }

    /// <summary>The newest event that has been trimmed; <c>default</c> if none has.</summary>
    public Cursor TrimmedThrough { get; private set; }

    /// <summary>How many events are retained.</summary>
    public int Count { get; private set; }

    /// <summary>Adds the next event. One that doesn't follow <see cref="Head"/> leaves a hole behind which nothing is retained any more.</summary>
    public void Append(PublishedEvent published)
    {
        var cursor = published.Cursor;
        if (cursor.Epoch != Head.Epoch)
        {
            BeginEpoch(cursor.Epoch);
        }

        if (!cursor.Follows(Head))
        {
            Clear();
            TrimmedThrough = cursor with { Offset = cursor.Offset - 1 };
        }

        Head = cursor;
        Add(published);
    }

    /// <summary>Ends the present epoch where it stands.</summary>
    public void BeginEpoch(long epoch)
    {
        if (_closedEpochs.Count == MaxClosedEpochs)
        {
            _closedEpochs.RemoveAt(0);
        }

        _closedEpochs.Add(Head);
        Head = new Cursor(epoch, 0);
    }

    /// <summary>Moves on to <paramref name="head"/>, in the same epoch, over events that can't be had any more.</summary>
    public void SkipTo(Cursor head)
    {
        Clear();
        Head = head;
        TrimmedThrough = head;
    }

    /// <summary>What is retained after <paramref name="after"/>; everything if it is null.</summary>
    public HistoryPage ReadAfter(Cursor? after)
    {
        TrimByAge();
        var outcome = after is { } cursor ? OutcomeFor(cursor) : ResumeOutcome.Exact;
        var from = after is null || outcome == ResumeOutcome.Unknown ? 0 : IndexAfter(after.Value);
        var events = new PublishedEvent[Count - from];
        for (var i = 0; i < events.Length; i++)
        {
            events[i] = At(from + i);
        }

        return new HistoryPage(outcome, events, Head, TrimmedThrough, [.. _closedEpochs]);
    }

    /// <summary>The event with this cursor; null: it isn't retained.</summary>
    public PublishedEvent? Find(Cursor cursor) => IndexAfter(cursor) is > 0 and var after && At(after - 1) is var found && found.Cursor == cursor ? found : null;

    /// <summary>The first retained event after a position; null: there is none.</summary>
    public PublishedEvent? Next(Cursor after) => IndexAfter(after) is var next && next < Count ? At(next) : null;

    /// <summary>The position of somebody who has seen what was accepted before a moment, and perhaps nothing else.</summary>
    /// <remarks>If the moment is before everything that is retained: the beginning, or before what was trimmed, since that can have come after it. O(events after it).</remarks>
    /// <param name="moment">Unix milliseconds.</param>
    public Cursor PositionAt(long moment)
    {
        for (var i = Count - 1; i >= 0; i--)
        {
            if (At(i).AcceptedAt < moment)
            {
                // An epoch is named after its beginning: one that had begun was seen to begin.
                var next = i + 1 < Count ? At(i + 1).Cursor.Epoch : Head.Epoch;
                return next != At(i).Cursor.Epoch && next < moment ? new Cursor(next, 0) : At(i).Cursor;
            }
        }

        if (TrimmedThrough == default)
        {
            return Count == 0 ? Head : Before(At(0).Cursor);
        }

        // The newest event is retained however old it is; if there is none it expired in a store, or can't be had and live subscribers have been told.
        return Count == 0 && moment >= OldestRetained ? Head : Before(TrimmedThrough);
    }

    /// <summary>Whether the channel is known to have given out cursors of this epoch.</summary>
    public bool KnowsEpoch(long epoch) => epoch == Head.Epoch || _closedEpochs.Exists(end => end.Epoch == epoch);

    private ResumeOutcome OutcomeFor(Cursor cursor)
    {
        if (cursor > Head)
        {
            return ResumeOutcome.Unknown;
        }

        if (cursor.Epoch != Head.Epoch && !IsRetained(cursor))
        {
            var end = _closedEpochs.Find(end => end.Epoch == cursor.Epoch);

            // Past the end that is known here: another frontend saw more of that epoch than its successor can tell of.
            if (end == default || cursor.Offset > end.Offset)
            {
                return ResumeOutcome.Epoch;
            }
        }

        return TrimmedThrough > cursor ? ResumeOutcome.Evicted : ResumeOutcome.Exact;
    }

    // Then all that followed is retained too, though the end of its epoch may have been forgotten.
    private bool IsRetained(Cursor cursor) => Find(cursor) is not null;

    private long OldestRetained => _time.GetUtcNow().ToUnixTimeMilliseconds() - (long)_bounds.MaxAge.TotalMilliseconds;

    private static Cursor Before(Cursor cursor) => cursor with { Offset = cursor.Offset - 1 };

    private int IndexAfter(Cursor cursor)
    {
        var (low, high) = (0, Count);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            (low, high) = At(middle).Cursor > cursor ? (low, middle) : (middle + 1, high);
        }

        return low;
    }

    private PublishedEvent At(int index) => _events[(_first + index) % _events.Length];

    private void Add(PublishedEvent published)
    {
        if (Count == _events.Length)
        {
            Grow();
        }

        _events[(_first + Count) % _events.Length] = published;
        Count++;
        _bytes += published.Size;
        while (Count > 1 && (Count > _bounds.Count || _bytes > _bounds.MaxBytes))
        {
            TrimOldest();
        }

        TrimByAge();
    }

    private void TrimByAge()
    {
        var oldest = OldestRetained;
        while (Count > 1 && At(0).AcceptedAt < oldest)
        {
            TrimOldest();
        }
    }

    private void TrimOldest()
    {
        var oldest = At(0);
        TrimmedThrough = oldest.Cursor;
        _bytes -= oldest.Size;
        _events[_first] = null!;
        _first = (_first + 1) % _events.Length;
        Count--;
    }

    private void Clear()
    {
        Array.Clear(_events);
        (_first, Count, _bytes) = (0, 0, 0);
    }

    private void Grow()
    {
        var larger = new PublishedEvent[Math.Max(4, Count * 2)];
        for (var i = 0; i < Count; i++)
        {
            larger[i] = At(i);
        }

        (_events, _first) = (larger, 0);
    }
}
