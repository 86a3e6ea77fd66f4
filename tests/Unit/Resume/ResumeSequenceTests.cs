using SseFabric.Contracts;
using SseFabric.Frontend.Feeds;
using SseFabric.Frontend.Resume;

namespace SseFabric.Unit.Resume;

[Trait("Suite", "Unit")]
public sealed class ResumeSequenceTests
{
    private static readonly Cursor s_from = new(2, 3);

    [Fact]
    public void Build_Exact_IsTheEvents() =>
        Assert.Equal("2-4 2-5", Build(ResumeOutcome.Exact, new Cursor(2, 5), s_from, new(2, 4), new(2, 5)));

    [Fact]
    public void Build_AtTheHead_IsNothing() => Assert.Equal("", Build(ResumeOutcome.Exact, s_from, s_from));

    [Fact]
    public void Build_Evicted_TellsTheGapFirst() =>
        Assert.Equal("Evicted@2-6 2-7", Build(ResumeOutcome.Evicted, new Cursor(2, 7), s_from, new Cursor(2, 7)));

    [Fact]
    public void Build_EvictedAndNothingRetained_TellsTheGapUpToTheHead() =>
        Assert.Equal("Evicted@2-9", Build(ResumeOutcome.Evicted, new Cursor(2, 9), s_from));

    [Fact]
    public void Build_OldEpochThatIsRetained_TellsTheGapWhereTheEpochsMeet() =>
        Assert.Equal("2-4 Epoch@3-0 3-1 Epoch@5-0", Build(ResumeOutcome.Exact, new Cursor(5, 0), s_from, new(2, 4), new(3, 1)));

    [Fact]
    public void Build_NewEpochWithoutEvents_TellsTheGap() =>
        Assert.Equal("Epoch@3-0", Build(ResumeOutcome.Exact, new Cursor(3, 0), s_from));

    [Fact]
    public void Build_EpochUnknown_TellsOneGap() =>
        Assert.Equal("Epoch@7-2 7-3", Build(ResumeOutcome.Epoch, new Cursor(7, 3), s_from, new Cursor(7, 3)));

    [Fact]
    public void Build_NotUnderstood_TellsUnknownAndAllThatIsRetained() =>
        Assert.Equal("Unknown@2-0 2-1 Epoch@3-0 3-1", Build(ResumeOutcome.Exact, new Cursor(3, 1), null, new(2, 1), new(3, 1)));

    [Fact]
    public void Build_Refused_TellsItInItsPlace()
    {
        var refused = new PublishedEvent(new Cursor(2, 4), 0, new NewEvent(ReadOnlyMemory<byte>.Empty) { Rejected = true });

        var items = ResumeSequence.Build(new HistoryPage(ResumeOutcome.Exact, [refused], refused.Cursor, default, []), s_from);

        Assert.Equal("Rejected@2-4", Text(items));
    }

    private static string Build(ResumeOutcome outcome, Cursor head, Cursor? from, params Cursor[] events) =>
        Text(ResumeSequence.Build(
            new HistoryPage(outcome, [.. events.Select(cursor => new PublishedEvent(cursor, 0, new NewEvent("x"u8.ToArray())))], head, default, []), from));

    private static string Text(List<FeedItem> items) =>
        string.Join(' ', items.Select(item => item.Event is null ? $"{item.Gap}@{item.Position}" : $"{item.Position}"));
}
