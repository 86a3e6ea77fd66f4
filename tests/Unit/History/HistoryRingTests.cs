using SseFabric.Channels.Configuration;
using SseFabric.Channels.History;
using SseFabric.Contracts;
using SseFabric.TestKit.Waiting;

namespace SseFabric.Unit.History;

[Trait("Suite", "Unit")]
public sealed class HistoryRingTests
{
    [Fact]
    public void PositionAt_Moments_IsBehindWhatWasAcceptedBefore()
    {
        var time = new ManualTime();
        var ring = new HistoryRing(new HistoryOptions { Count = 3, MaxAge = TimeSpan.FromDays(365_000) }, time, new Cursor(100, 0));
        Assert.Equal(new Cursor(100, 0), ring.PositionAt(500));
        Append(new Cursor(100, 1), 110);
        Append(new Cursor(100, 2), 120);
        Assert.Equal(new Cursor(100, 0), ring.PositionAt(110));
        Assert.Equal(new Cursor(100, 1), ring.PositionAt(111));
        Assert.Equal(new Cursor(100, 2), ring.PositionAt(121));
        ring.BeginEpoch(200);
        Assert.Equal((new Cursor(100, 2), new Cursor(200, 0)), (ring.PositionAt(200), ring.PositionAt(201)));
        Append(new Cursor(200, 1), 210);
        Append(new Cursor(200, 2), 220);

        // The first was trimmed: whether it came before the moment can't be known.
        Assert.Equal(ResumeOutcome.Evicted, ring.ReadAfter(ring.PositionAt(115)).Outcome);
        Assert.Equal((new Cursor(100, 2), new Cursor(200, 0), new Cursor(200, 1)), (ring.PositionAt(150), ring.PositionAt(205), ring.PositionAt(211)));
        Assert.Equal(("x", null), (ring.Find(new Cursor(200, 1)) is { } found ? System.Text.Encoding.UTF8.GetString(found.Event.Data.Span) : "", ring.Find(new Cursor(100, 1))));
        Assert.Equal((new Cursor(200, 1), null), (ring.Next(new Cursor(200, 0))?.Cursor, ring.Next(new Cursor(200, 2))));

        void Append(Cursor cursor, long acceptedAt) => ring.Append(new PublishedEvent(cursor, acceptedAt, new NewEvent("x"u8.ToArray())));
    }

    private readonly ManualTime _time = new();

    [Theory]
    [InlineData(0, long.MaxValue)]
    [InlineData(1000, 0)]
    public void Append_NoRoomAtAll_KeepsTheNewest(int count, long maxBytes)
    {
        var ring = Ring(new HistoryOptions { Count = count, MaxBytes = maxBytes });
        Append(ring, 1, 5, bytes: 100_000);

        Assert.Equal([new Cursor(1, 5)], Cursors(ring.ReadAfter(null)));
        Assert.Equal(new Cursor(1, 4), ring.TrimmedThrough);
    }

    [Fact]
    public void Append_MoreThanTheBytes_TrimsTheOldest()
    {
        var size = Event(1, 1, 100).Size;
        var ring = Ring(new HistoryOptions { MaxBytes = 3 * size });
        Append(ring, 1, 3, 100);
        Assert.Equal(3, ring.Count);
        Append(ring, 1, 1, 100);
        Assert.Equal(3, ring.Count);
        Append(ring, 1, 1, 101);
        Assert.Equal(2, ring.Count);
    }

    [Fact]
    public void ReadAfter_EventsGrewOld_AreTrimmedByThenAndTheNewestStays()
    {
        var ring = Ring(new HistoryOptions { MaxAge = TimeSpan.FromMinutes(1) });
        Append(ring, 1, 2);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(ResumeOutcome.Exact, ring.ReadAfter(new Cursor(1, 0)).Outcome);

        _time.Advance(TimeSpan.FromMilliseconds(1));

        var page = ring.ReadAfter(new Cursor(1, 0));
        Assert.Equal(ResumeOutcome.Evicted, page.Outcome);
        Assert.Equal([new Cursor(1, 2)], Cursors(page));
    }

    [Fact]
    public void Append_NotTheNextOne_ForgetsWhatLiesBeforeTheHole()
    {
        var ring = Ring(new HistoryOptions());
        Append(ring, 1, 3);
        ring.Append(Event(1, 6));

        var page = ring.ReadAfter(new Cursor(1, 2));
        Assert.Equal(ResumeOutcome.Evicted, page.Outcome);
        Assert.Equal([new Cursor(1, 6)], Cursors(page));
        Assert.Equal(ResumeOutcome.Exact, ring.ReadAfter(new Cursor(1, 5)).Outcome);
    }

    /// <summary>Sixteen ended epochs are remembered; a position whose own event is retained needs none of them.</summary>
    [Fact]
    public void ReadAfter_RetainedCursorOfAForgottenEpoch_IsExact()
    {
        var ring = Ring(new HistoryOptions());
        Append(ring, 1, 3);
        for (var epoch = 2; epoch <= HistoryRing.MaxClosedEpochs + 5; epoch++)
        {
            ring.BeginEpoch(epoch);
        }

        Append(ring, HistoryRing.MaxClosedEpochs + 5, 1);

        var page = ring.ReadAfter(new Cursor(1, 2));
        Assert.Equal(ResumeOutcome.Exact, page.Outcome);
        Assert.Equal([new Cursor(1, 3), new Cursor(HistoryRing.MaxClosedEpochs + 5, 1)], Cursors(page));
        Assert.Equal(HistoryRing.MaxClosedEpochs, page.ClosedEpochs.Count);
        Assert.Equal(ResumeOutcome.Epoch, ring.ReadAfter(new Cursor(1, 0)).Outcome);
    }

    [Fact]
    public void SkipTo_LaterHead_WhatCameBeforeIsEvicted()
    {
        var ring = Ring(new HistoryOptions());
        Append(ring, 1, 3);
        ring.SkipTo(new Cursor(1, 9));

        Assert.Equal(ResumeOutcome.Evicted, ring.ReadAfter(new Cursor(1, 3)).Outcome);
        Assert.Equal(ResumeOutcome.Exact, ring.ReadAfter(new Cursor(1, 9)).Outcome);
        Assert.Equal(ResumeOutcome.Unknown, ring.ReadAfter(new Cursor(1, 10)).Outcome);
        Assert.Empty(ring.ReadAfter(null).Events);
    }

    [Fact]
    public void New_FromAPageOfEverything_AnswersAsTheOriginal() =>
        Seeds.Each(200, random =>
        {
            var (ring, asked) = NextRing(random, new List<PublishedEvent>(), out var bounds, out var time);
            var copy = new HistoryRing(bounds, time, ring.ReadAfter(null));
            foreach (var cursor in asked)
            {
                AssertSame(ring.ReadAfter(cursor), copy.ReadAfter(cursor));
            }
        });

    [Fact]
    public void ReadAfter_AnyCursor_IsWhatANaiveModelSays() =>
        Seeds.Each(400, random =>
        {
            var all = new List<PublishedEvent>();
            var (ring, asked) = NextRing(random, all, out var bounds, out var time);
            var retained = Retained(all, bounds, time);

            foreach (var cursor in asked)
            {
                var page = ring.ReadAfter(cursor);
                Assert.Equal(Expected(ring, all, retained, page.ClosedEpochs, cursor), page.Outcome);
                Assert.Equal(retained.Where(kept => page.Outcome == ResumeOutcome.Unknown || kept.Cursor > cursor), page.Events);
            }

            Assert.Equal(retained, ring.ReadAfter(null).Events);
            Assert.Equal(retained.Count, ring.Count);
        });

    private static ResumeOutcome Expected(
        HistoryRing ring, List<PublishedEvent> all, List<PublishedEvent> retained, IReadOnlyList<Cursor> closed, Cursor cursor)
    {
        if (cursor > ring.Head)
        {
            return ResumeOutcome.Unknown;
        }

        var isKnown = cursor.Epoch == ring.Head.Epoch
            || retained.Exists(kept => kept.Cursor == cursor)
            || closed.Any(end => end.Epoch == cursor.Epoch && cursor.Offset <= end.Offset);
        return !isKnown ? ResumeOutcome.Epoch
            : all.Exists(published => published.Cursor > cursor && !retained.Contains(published)) ? ResumeOutcome.Evicted
            : ResumeOutcome.Exact;
    }

    // Trimming never takes back what it took: the bounds are applied after each event, as the ring does.
    private static List<PublishedEvent> Retained(List<PublishedEvent> all, HistoryOptions bounds, ManualTime time)
    {
        var kept = new List<PublishedEvent>();
        foreach (var published in all)
        {
            kept.Add(published);
            while (kept.Count > 1 && (kept.Count > bounds.Count || kept.Sum(one => one.Size) > bounds.MaxBytes))
            {
                kept.RemoveAt(0);
            }
        }

        var oldest = time.GetUtcNow().ToUnixTimeMilliseconds() - (long)bounds.MaxAge.TotalMilliseconds;
        while (kept.Count > 1 && kept[0].AcceptedAt < oldest)
        {
            kept.RemoveAt(0);
        }

        return kept;
    }

    private static (HistoryRing Ring, List<Cursor> Asked) NextRing(Random random, List<PublishedEvent> all, out HistoryOptions bounds, out ManualTime time)
    {
        time = new ManualTime();
        bounds = new HistoryOptions { Count = random.Next(0, 12), MaxBytes = random.Next(0, 3000), MaxAge = TimeSpan.FromSeconds(random.Next(0, 40)) };
        var head = new Cursor(random.Next(1, 5), 0);
        var ring = new HistoryRing(bounds, time, head);
        for (var left = random.Next(60); left > 0; left--)
        {
            time.Advance(TimeSpan.FromSeconds(random.Next(3)));
            if (random.Next(6) == 0)
            {
                head = new Cursor(head.Epoch + random.Next(1, 3), 0);
                ring.BeginEpoch(head.Epoch);
                continue;
            }

            head = head with { Offset = head.Offset + 1 };
            var published = new PublishedEvent(head, time.GetUtcNow().ToUnixTimeMilliseconds(), new NewEvent(new byte[random.Next(300)]));
            all.Add(published);
            ring.Append(published);
        }

        var asked = new List<Cursor>();
        for (var epoch = 0; epoch <= head.Epoch + 1; epoch++)
        {
            for (var offset = 0; offset <= 20; offset++)
            {
                asked.Add(new Cursor(epoch, offset));
            }
        }

        return (ring, asked);
    }

    private static void AssertSame(HistoryPage expected, HistoryPage actual)
    {
        Assert.Equal(expected.Outcome, actual.Outcome);
        Assert.Equal(expected.Events, actual.Events);
        Assert.Equal((expected.Head, expected.TrimmedThrough), (actual.Head, actual.TrimmedThrough));
        Assert.Equal(expected.ClosedEpochs, actual.ClosedEpochs);
    }

    private HistoryRing Ring(HistoryOptions bounds) => new(bounds, _time, new Cursor(1, 0));

    private void Append(HistoryRing ring, long epoch, int count, int bytes = 0)
    {
        for (; count > 0; count--)
        {
            var offset = ring.Head.Epoch == epoch ? ring.Head.Offset + 1 : 1;
            ring.Append(Event(epoch, offset, bytes));
        }
    }

    private PublishedEvent Event(long epoch, long offset, int bytes = 0) =>
        new(new Cursor(epoch, offset), _time.GetUtcNow().ToUnixTimeMilliseconds(), new NewEvent(new byte[bytes]));

    private static IEnumerable<Cursor> Cursors(HistoryPage page) => page.Events.Select(published => published.Cursor);
}
