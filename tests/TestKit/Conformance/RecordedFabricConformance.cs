using SseFabric.Channels.Configuration;
using SseFabric.Contracts;
using SseFabric.TestKit.Waiting;
using Xunit;

namespace SseFabric.TestKit.Conformance;

/// <summary>The whole suite for a fabric whose histories are in Redis, and what must outlive it.</summary>
public abstract partial class RecordedFabricConformance : SourcedFabricConformance
{
    protected override bool ProvesContinuity => true;

    /// <summary>The same rules with their histories in Redis.</summary>
    protected static IReadOnlyList<ChannelRule> Recorded(IEnumerable<ChannelRule> rules) => [.. rules.Select(rule => new ChannelRule
    {
        Match = rule.Match,
        MaxEventBytes = rule.MaxEventBytes,
        Linger = rule.Linger,
        History = new HistoryOptions { Count = rule.History.Count, MaxBytes = rule.History.MaxBytes, MaxAge = rule.History.MaxAge, Store = "redis" },
    })];

    [Fact]
    public async Task Restart_OwnEventsOnly_GoesOnInTheSameEpoch()
    {
        var channel = Unique();
        await AttachAsync(channel);
        var before = (await PublishAsync(channel, "a", "b")).Last;

        await RestartAsync();

        var head = await AttachAsync(channel);
        Assert.Equal(before, head);
        var follower = new FeedFollower(Fabric, Sink, channel, head);
        var after = (await PublishAsync(channel, "c")).Last;
        Assert.True(after.Follows(before), $"{after} came after {before}.");
        Assert.Equal(["c"], await follower.TextsAsync(1));
        Assert.Equal(["a", "b", "c"], (await ReadAsync(channel, null)).Events.Select(EventText.Text));
        Assert.Equal(ResumeOutcome.Exact, (await ReadAsync(channel, before)).Outcome);
    }

    [Fact]
    public async Task Restart_TypeDataAndRetry_ComeBackUnchanged()
    {
        var channel = Unique();
        byte[] data = [.. Enumerable.Range(0, 256).Select(value => (byte)value)];
        await Fabric.PublishAsync(
            ChannelName.Parse(channel),
            [new NewEvent("tick é", data) { Retry = TimeSpan.FromMilliseconds(1234) }, new NewEvent(ReadOnlyMemory<byte>.Empty)],
            TestContext.Current.CancellationToken);
        var before = (await ReadAsync(channel, null)).Events;

        await RestartAsync();

        var events = (await ReadAsync(channel, null)).Events;
        Assert.Equal(before.Select(published => (published.Cursor, published.AcceptedAt)), events.Select(published => (published.Cursor, published.AcceptedAt)));
        Assert.Equal(("tick é", TimeSpan.FromMilliseconds(1234)), (events[0].Event.Type, events[0].Event.Retry!.Value));
        Assert.Equal(data, events[0].Event.Data.ToArray());
        Assert.Equal((NewEvent.DefaultType, 0), (events[1].Event.Type, events[1].Event.Data.Length));
    }

    [Fact]
    public async Task Restart_MessagesOfTheSource_AreRetained_AndTheEpochIsANewOne()
    {
        var channel = Unique();
        var head = await AttachAsync(channel);
        await UnderTest.PublishThroughSourceAsync(channel, ["a"u8.ToArray(), new byte[5000], "b"u8.ToArray()]);
        await Eventually.SeeAsync("the events before", () => Sink.EventsOf(channel).Count, count => count == 3);

        await RestartAsync();

        var after = await AttachAsync(channel);
        Assert.True(after.Epoch > head.Epoch && after.Offset == 0, $"After {head}, the channel stood at {after}.");
        var page = await ReadAsync(channel, head with { Offset = 1 });
        Assert.Equal(ResumeOutcome.Exact, page.Outcome);
        Assert.Equal([true, false], page.Events.Select(published => published.Event.Rejected));
        Assert.Equal("b", page.Events[1].Text());
        Assert.Contains(head with { Offset = 3 }, page.ClosedEpochs);
    }

    [Fact]
    public async Task Restart_IdempotencyKey_IsStillKnown()
    {
        var channel = Unique();
        var first = await Fabric.PublishAsync(ChannelName.Parse(channel), EventText.Events("a", "b"), "key", TestContext.Current.CancellationToken);

        await RestartAsync();

        var repeat = await Fabric.PublishAsync(ChannelName.Parse(channel), EventText.Events("a", "b"), "key", TestContext.Current.CancellationToken);
        Assert.Equal((PublishOutcome.Accepted, first.Last, true), (repeat.Outcome, repeat.Last, repeat.IsRepeat));
        Assert.Equal(2, (await ReadAsync(channel, null)).Events.Count);
    }

    /// <summary>More than a page of the store, more than an append, and more than is retained.</summary>
    [Fact]
    public async Task Restart_ManyEvents_AreAllThere()
    {
        var (roomy, small) = (Unique("roomy"), Unique());
        await Task.WhenAll(Enumerable.Range(0, 1700).Select(i => PublishAsync(roomy, $"{i}")));
        await PublishAsync(small, [.. Enumerable.Range(0, 50).Select(i => $"{i}")]);

        await RestartAsync();

        var page = await ReadAsync(roomy, null);
        Assert.Equal(1700, page.Events.Count);
        AssertConsecutive(page.Events[0].Cursor with { Offset = 0 }, page.Events);
        var trimmed = await ReadAsync(small, null);
        Assert.Equal(Enumerable.Range(30, 20).Select(i => $"{i}"), trimmed.Events.Select(EventText.Text));
        Assert.Equal(trimmed.Events[0].Cursor with { Offset = 30 }, trimmed.TrimmedThrough);
    }

    [Fact]
    public async Task Stream_IsTrimmedAndExpires()
    {
        var channel = Unique();
        await PublishAsync(channel, [.. Enumerable.Range(0, 50).Select(i => $"{i}")]);

        await using var redis = await UnderTest.Server.ConnectAsync();
        Assert.Equal(20, (await redis.SendAsync("XLEN", StreamOf(channel))).Number);
        Assert.InRange((await redis.SendAsync("PTTL", StreamOf(channel))).Number, 1, 3_600_000);
        Assert.InRange((await redis.SendAsync("PTTL", $"{StreamOf(channel)}:state")).Number, 3_600_001, 7_200_000);
    }

    [Fact]
    public async Task AnotherWriter_AppendsInBetween_NothingIsNumberedTwiceOrMissing()
    {
        var channel = Unique("roomy");
        var follower = new FeedFollower(Fabric, Sink, channel, await AttachAsync(channel));
        await PublishAsync(channel, "a");
        await using var redis = await UnderTest.Server.ConnectAsync();
        var head = (await ReadAsync(channel, null)).Head;

        // As an owner elsewhere would, which this one has not heard of.
        await redis.SendAsync("XADD", StreamOf(channel), $"{head with { Offset = head.Offset + 1 }}", "data", "b", "at", "1");
        await redis.SendAsync("HSET", $"{StreamOf(channel)}:state", "head", $"{head with { Offset = head.Offset + 1 }}");
        await PublishAsync(channel, "c");

        Assert.Equal(["a", "b", "c"], await follower.TextsAsync(3));
    }

    [Fact]
    public async Task ForeignEntries_AreReadAsFarAsTheyGo()
    {
        var channel = Unique();
        var now = $"{TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()}";
        await using var redis = await UnderTest.Server.ConnectAsync();
        await redis.SendAsync("XADD", StreamOf(channel), "5-5", "retry", "soon", "type", "a\nb", "flags", "?", "at", now);
        await redis.SendAsync("XADD", StreamOf(channel), "7-1", "at", now, "data", "readable");

        await PublishAsync(channel, "own");

        var page = await ReadAsync(channel, null);
        Assert.Equal(["", "readable", "own"], page.Events.Select(EventText.Text));
        Assert.All(page.Events, published => Assert.Equal((NewEvent.DefaultType, (TimeSpan?)null, false), (published.Event.Type, published.Event.Retry, published.Event.Rejected)));
        Assert.Equal((7, 2), (page.Head.Epoch, page.Head.Offset));
    }

    private static string StreamOf(string channel) => $"ssefabric:history:{{{channel}}}";

    private async Task RestartAsync()
    {
        await UnderTest.RestartAsync();
        Fabric.UseSink(Sink);
    }
}
