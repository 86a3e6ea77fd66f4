using SseFabric.Channels.Configuration;
using SseFabric.Channels.History;
using SseFabric.Contracts;
using SseFabric.Frontend.Feeds;
using SseFabric.TestKit.Waiting;

namespace SseFabric.Unit.Feeds;

[Trait("Suite", "Unit")]
public sealed class FeedSequenceTests
{
    private static readonly ChannelName s_channel = ChannelName.Parse("c");

    private readonly ManualTime _time = new();
    private readonly List<FeedItem> _items = [];

    /// <summary>Anything on the way may be lost, repeated or late; each subscriber gets the ledger all the same, or is told what it doesn't get.</summary>
    [Fact]
    public void Splice_AnyWay_EverythingOnceInOrderOrTold() => Seeds.Each(3000, random => new SpliceModel(random).Run(random.Next(10, 200)));

    [Fact]
    public void Take_HeadBeyondAReadThatBeganBefore_IsReadAgain()
    {
        var sequence = new FeedSequence(new HistoryOptions(), _time, new Cursor(1, 0));
        var owner = new HistoryRing(new HistoryOptions(), _time, new Cursor(1, 0));
        var early = owner.ReadAfter(null);
        owner.Append(Event(1, 1));

        Assert.False(sequence.Take(new EventBatch(s_channel, [], owner.Head), _items));

        Assert.False(sequence.Apply(early, _items), "The page ends before the head that was told.");
        Assert.True(sequence.Apply(owner.ReadAfter(sequence.ReadAfter), _items));
        Assert.Equal(new Cursor(1, 1), Assert.Single(_items).Position);
    }

    /// <summary>The owner's page reaches back to what was given under the same numbers: that proves nothing of what it missed.</summary>
    [Fact]
    public void Apply_SameOwnerInANewEpoch_IsToldAsAGap()
    {
        var sequence = new FeedSequence(new HistoryOptions(), _time, new Cursor(1, 0));
        sequence.Take(new EventBatch(s_channel, [Frame(1, 1, "a")], new Cursor(1, 1)), _items);
        _items.Clear();
        var owner = new HistoryRing(new HistoryOptions(), _time, new Cursor(1, 0));
        owner.Append(Frame(1, 1, "a"));
        owner.Append(Frame(2, 1, "b"));

        sequence.Take(new EventBatch(s_channel, [Frame(2, 1, "b")], owner.Head), _items);
        Assert.True(sequence.Apply(owner.ReadAfter(null), _items));

        Assert.Equal([false, true], _items.Select(item => item.Event is not null));
    }

    /// <summary>A history of redisse's: each owner numbers anew what it reads in Redis.</summary>
    [Fact]
    public void Apply_NewOwnerThatReadTheFramesAgain_OnlyWhatIsNewIsGiven()
    {
        var sequence = new FeedSequence(new HistoryOptions(), _time, new Cursor(1, 0));
        sequence.Take(new EventBatch(s_channel, [Frame(1, 1, "a"), Frame(1, 2, "b")], new Cursor(1, 2)), _items);
        _items.Clear();
        var owner = new HistoryRing(new HistoryOptions(), _time, new Cursor(2, 0));
        owner.Append(Frame(2, 1, "a"));
        owner.Append(Frame(2, 2, "b"));
        owner.Append(Frame(2, 3, "c"));

        Assert.False(sequence.Take(new EventBatch(s_channel, [], owner.Head), _items));
        Assert.True(sequence.Apply(owner.ReadAfter(sequence.Position), _items));

        Assert.Equal((new Cursor(2, 3), true), (Assert.Single(_items).Position, _items[0].Event is not null));
        Assert.Equal(owner.Head, sequence.Position);
    }

    /// <summary>A feed that was attached when much had been given doesn't know of that: the subscribers who are there have had it, or came later.</summary>
    [Fact]
    public void Apply_NewOwnerToAFeedThatCameLate_OlderFramesAreNotGivenAgain()
    {
        var sequence = new FeedSequence(new HistoryOptions(), _time, new Cursor(1, 2));
        sequence.Take(new EventBatch(s_channel, [Frame(1, 3, "c")], new Cursor(1, 3)), _items);
        _items.Clear();
        var owner = new HistoryRing(new HistoryOptions(), _time, new Cursor(2, 0));
        foreach (var (offset, name) in new[] { (1, "a"), (2, "b"), (3, "c"), (4, "d") })
        {
            owner.Append(Frame(2, offset, name));
        }

        Assert.False(sequence.Take(new EventBatch(s_channel, [], owner.Head), _items));
        Assert.True(sequence.Apply(owner.ReadAfter(null), _items));

        Assert.Equal(new Cursor(2, 4), Assert.Single(_items).Position);
    }

    [Fact]
    public void Apply_NewOwnerThatHasOtherFrames_IsToldAsAGap()
    {
        var sequence = new FeedSequence(new HistoryOptions(), _time, new Cursor(1, 0));
        sequence.Take(new EventBatch(s_channel, [Frame(1, 1, "a")], new Cursor(1, 1)), _items);
        _items.Clear();
        var owner = new HistoryRing(new HistoryOptions(), _time, new Cursor(2, 0));
        owner.Append(Frame(2, 1, "b"));

        sequence.Take(new EventBatch(s_channel, [], owner.Head), _items);
        Assert.True(sequence.Apply(owner.ReadAfter(sequence.Position), _items));

        Assert.Equal([false, true], _items.Select(item => item.Event is not null));
    }

    private PublishedEvent Frame(long epoch, long offset, string data) =>
        new(new Cursor(epoch, offset), _time.GetUtcNow().ToUnixTimeMilliseconds(), new NewEvent(SseFrame.Build(data, id: data)) { IsFrame = true });

    [Fact]
    public void Apply_PageOfAnOwnerBeforeTheAttach_MovesNothingBack()
    {
        var replaced = new HistoryRing(new HistoryOptions(), _time, new Cursor(1, 0));
        replaced.Append(Event(1, 1));
        var sequence = new FeedSequence(new HistoryOptions(), _time, new Cursor(2, 0));

        Assert.False(sequence.Apply(replaced.ReadAfter(null), _items));

        Assert.Equal(new Cursor(2, 0), sequence.Position);
        Assert.False(sequence.IsComplete);
        Assert.Empty(_items);
    }

    [Fact]
    public void Take_MoreThanIsHeldWhileReading_IsReadFromTheHistory()
    {
        var bounds = new HistoryOptions { Count = 1000, MaxBytes = long.MaxValue };
        var owner = new HistoryRing(bounds, _time, new Cursor(1, 0));
        var sequence = new FeedSequence(bounds, _time, new Cursor(1, 0));
        var payload = new byte[1 << 20];
        for (var offset = 1; offset <= 80; offset++)
        {
            var published = new PublishedEvent(new Cursor(1, offset), _time.GetUtcNow().ToUnixTimeMilliseconds(), new NewEvent(payload));
            owner.Append(published);
            if (offset != 1)
            {
                Assert.False(sequence.Take(new EventBatch(s_channel, [published], published.Cursor), _items));
            }
        }

        for (var reads = 0; reads < 2 && !sequence.Apply(owner.ReadAfter(sequence.ReadAfter), _items); reads++)
        {
        }

        Assert.Equal(Enumerable.Range(1, 80).Select(offset => new Cursor(1, offset)), _items.Select(item => item.Position));
    }

    private static PublishedEvent Event(long epoch, long offset) => new(new Cursor(epoch, offset), 0, new NewEvent("x"u8.ToArray()));
}
