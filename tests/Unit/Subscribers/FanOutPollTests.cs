using SseFabric.Channels.Configuration;
using SseFabric.Frontend.Subscribers;
using SseFabric.TestKit.Waiting;

namespace SseFabric.Unit.Subscribers;

/// <summary>When a poll ends, to the tick.</summary>
[Trait("Suite", "Unit")]
public sealed class FanOutPollTests
{
    private static readonly TimeSpan s_window = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_late = TimeSpan.FromSeconds(0.2);

    [Fact]
    public async Task Poll_FirstEvent_EndsAWindowLaterWhateverComesMeanwhile()
    {
        await using var under = new FanOutUnderTest();
        var poll = await JoinAsync(under, "a");
        await under.AdvanceAsync(TimeSpan.FromSeconds(20));
        await DeliverAsync(under, "a", "1");
        await under.AdvanceAsync(s_window / 2);
        await DeliverAsync(under, "a", "2");
        await under.AdvanceAsync(s_window / 2);
        Assert.False(poll.Subscriber.IsClosed);
        await DeliverAsync(under, "a", "3");
        await under.AdvanceAsync(s_late);

        Assert.Equal(CloseReason.PollEnd, await poll.ClosedAsync());
        await poll.SeeEventsAsync("1", "2", "3");
        Assert.Equal(0, poll.Aborts);
        await under.SettleAsync();
        Assert.Equal((0, 0), (under.Loop.Remains.Feeds, under.Loop.Remains.Sets));
    }

    [Fact]
    public async Task Poll_NoEvent_EndsAfterTheLongestWaitWithAComment()
    {
        await using var under = new FanOutUnderTest(new StreamOptions { Heartbeat = TimeSpan.FromHours(1), MaxAge = TimeSpan.FromSeconds(10) });
        var poll = await JoinAsync(under, "a");
        await under.AdvanceAsync(TimeSpan.FromSeconds(55));
        Assert.False(poll.Subscriber.IsClosed);
        await poll.SeeAsync("the first block and nothing else", seen => seen.Length == 1);
        await under.AdvanceAsync(s_late);

        Assert.Equal(CloseReason.PollEnd, await poll.ClosedAsync());
        await poll.Reading.Within("the end of the response");
        Assert.Single(poll.Seen, ":");
        Assert.Empty(poll.Events);
    }

    [Fact]
    public async Task Poll_EventShortlyBeforeTheLongestWait_StillHasItsWindow()
    {
        await using var under = new FanOutUnderTest();
        var poll = await JoinAsync(under, "a");
        await under.AdvanceAsync(TimeSpan.FromSeconds(54.9));
        await DeliverAsync(under, "a", "1");
        await under.AdvanceAsync(s_window);
        Assert.False(poll.Subscriber.IsClosed);
        await under.AdvanceAsync(s_late);

        Assert.Equal(CloseReason.PollEnd, await poll.ClosedAsync());
        await poll.SeeEventsAsync("1");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("nonsense")]
    public async Task Poll_ResumesWithEventsOrAGap_EndsAWindowLater(string? foreignId)
    {
        await using var under = new FanOutUnderTest();
        var first = await under.JoinAsync(["a"]);
        await DeliverAsync(under, "a", "1", "2");
        await first.SeeEventsAsync("1", "2");
        string[] missed = foreignId is null ? ["1", "2"] : ["!a:unknown", "1", "2"];
        var poll = await JoinAsync(under, "a", foreignId ?? first.Seen[0][1..]);
        await under.AdvanceAsync(s_window);
        Assert.False(poll.Subscriber.IsClosed);
        await under.AdvanceAsync(s_late);

        Assert.Equal(CloseReason.PollEnd, await poll.ClosedAsync());
        await poll.SeeEventsAsync(missed);
    }

    [Fact]
    public async Task Poll_ResumesWithNothingMissed_Waits()
    {
        await using var under = new FanOutUnderTest();
        var first = await under.JoinAsync(["a"]);
        await under.PublishAsync("a", "1");
        await first.SeeEventsAsync("1");
        var poll = await JoinAsync(under, "a", first.LastEventId);
        await under.AdvanceAsync(TimeSpan.FromSeconds(10));

        Assert.False(poll.Subscriber.IsClosed);
    }

    [Fact]
    public async Task Poll_WindowZero_EndsWithTheEventsThatCameTogether()
    {
        await using var under = new FanOutUnderTest(new StreamOptions { Polling = { Window = TimeSpan.Zero } });
        var live = await JoinAsync(under, "a");
        await under.PublishAsync("a", "1", "2");
        Assert.Equal(CloseReason.PollEnd, await live.ClosedAsync());
        await live.SeeEventsAsync("1", "2");

        var stays = await under.JoinAsync(["a"], live.Seen[0][1..]);
        var resumed = await JoinAsync(under, "a", live.Seen[0][1..]);
        Assert.Equal(CloseReason.PollEnd, await resumed.ClosedAsync());
        await resumed.SeeEventsAsync("1", "2");
        await stays.SeeEventsAsync("1", "2");
    }

    /// <summary>A response that is being taken is ended in order, not cut: a client that reads it as a whole would throw a part away, again and again.</summary>
    [Fact]
    public async Task Poll_StillBeingTaken_EndsOnceItIsAndGetsNothingNew()
    {
        await using var under = new FanOutUnderTest();
        var poll = await JoinAsync(under, "a", reads: false, pauseAt: 8);
        await DeliverAsync(under, "a", "1", "2");
        await under.AdvanceAsync(s_window + s_late);
        Assert.False(poll.Subscriber.IsClosed);
        await DeliverAsync(under, "a", "3");
        poll.StartReading();

        Assert.Equal(CloseReason.PollEnd, await poll.ClosedAsync());
        await poll.Reading.Within("the end of the response");
        Assert.Equal(["1", "2"], poll.Events);
        Assert.Equal(0, poll.Aborts);
        var next = await JoinAsync(under, "a", poll.LastEventId);
        await next.SeeEventsAsync("3");
    }

    [Fact]
    public async Task Poll_NeverTaken_IsCutAfterAHeartbeat()
    {
        await using var under = new FanOutUnderTest();
        var poll = await JoinAsync(under, "a", reads: false, pauseAt: 8);
        await DeliverAsync(under, "a", "1");
        await under.AdvanceAsync(TimeSpan.FromSeconds(14.9));
        Assert.False(poll.Subscriber.IsClosed);
        await under.AdvanceAsync(s_late);

        Assert.Equal(CloseReason.Unresponsive, await poll.ClosedAsync());
        Assert.Equal(1, poll.Aborts);
    }

    [Fact]
    public async Task Drain_PollThatIsAboutToEnd_IsNotProlonged()
    {
        await using var under = new FanOutUnderTest();
        var poll = await JoinAsync(under, "a");
        await under.PublishAsync("a", "1");
        await poll.SeeEventsAsync("1");
        var drained = under.Loop.DrainAsync(TimeSpan.FromHours(1));
        await under.AdvanceAsync(s_window + s_late);

        await drained.Within("the end of the drain");
        Assert.Equal(0, poll.Aborts);
    }

    /// <summary>Publishes to the one subscriber there is, and waits until it has been given everything: the clock is moved only then.</summary>
    private static async Task DeliverAsync(FanOutUnderTest under, string channel, params string[] texts)
    {
        var sent = under.Counted["ssefabric.frames.sent"] + texts.Length;
        await under.PublishAsync(channel, texts);
        await Eventually.SeeAsync("everything handed out", () => under.Counted["ssefabric.frames.sent"], frames => frames == sent);
    }

    private static Task<PipeClient> JoinAsync(FanOutUnderTest under, string channel, string? lastEventId = null, bool reads = true, long pauseAt = 64 << 10) =>
        under.JoinAsync([channel], lastEventId, reads, pauseAt, isPoll: true);
}
