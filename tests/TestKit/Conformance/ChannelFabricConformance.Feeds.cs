using SseFabric.Contracts;
using SseFabric.TestKit.Waiting;
using Xunit;

namespace SseFabric.TestKit.Conformance;

public abstract partial class ChannelFabricConformance
{
    [Fact]
    public async Task Attach_FreshChannel_LaterEventsFollowTheHead()
    {
        var channel = Unique();
        var head = await AttachAsync(channel);
        var follower = new FeedFollower(Fabric, Sink, channel, head);

        await PublishAsync(channel, "one");
        var last = await PublishAsync(channel, "two", "three");

        var events = await follower.WaitForAsync(3);
        AssertConsecutive(head, events);
        Assert.Equal(["one", "two", "three"], events.Select(EventText.Text));
        Assert.Equal(last.Last, events[^1].Cursor);
        Assert.Equal(0, head.Offset);
    }

    [Fact]
    public async Task Attach_ChannelWithEvents_HeadIsTheLastOne()
    {
        var channel = Unique();
        await UseOnceAsync(channel);
        var last = (await PublishAsync(channel, "before one", "before two")).Last;

        var follower = await FollowAsync(channel);

        Assert.Equal(last, follower.Position);
        await PublishAsync(channel, "after");
        Assert.Equal(["after"], await follower.TextsAsync(1));
    }

    [Fact]
    public async Task Attach_Twice_DeliversOnce()
    {
        var channel = Unique();
        var first = await AttachAsync(channel);
        var second = await AttachAsync(channel);
        var follower = new FeedFollower(Fabric, Sink, channel, first);

        await PublishAsync(channel, "a");
        await PublishAsync(channel, "b");

        Assert.Equal(first, second);
        Assert.Equal(["a", "b"], await follower.TextsAsync(2));
        Assert.Equal(2, Sink.EventsOf(channel).DistinctBy(published => published.Cursor).Count());
    }

    [Fact]
    public async Task Attach_TwiceThenDetachedOnce_DeliversNothing()
    {
        var (left, stays) = (Unique("left"), Unique("stays"));
        await AttachAsync(left);
        await AttachAsync(left);
        var other = await FollowAsync(stays);

        await Fabric.DetachAsync(ChannelName.Parse(left));
        await PublishAsync(left, "unheard");
        await PublishAsync(stays, "heard");

        await other.WaitForAsync(1);
        Assert.Empty(Sink.EventsOf(left));
    }

    [Fact]
    public async Task Attach_KnownEpochAheadOfTheClock_FreshChannelIsNewer()
    {
        var known = Unique();
        var ahead = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds() / 2;

        var head = await AttachAsync(known, ahead);

        Assert.True(head.Epoch > ahead, $"{head} is not above {ahead}.");
    }

    [Fact]
    public async Task Attach_KnownEpochAheadOfALivingChannel_BeginsANewerEpoch()
    {
        var channel = Unique();
        var before = (await PublishAsync(channel, "old")).Last;
        var ahead = before.Epoch + 1_000_000_000_000;

        var head = await AttachAsync(channel, ahead);
        var after = (await PublishAsync(channel, "new")).Last;

        Assert.True(head.Epoch >= ahead, $"{head} is below {ahead}.");
        Assert.True(after.Follows(head), $"{after} came after {head}.");
        Assert.Equal(["old", "new"], (await ReadAsync(channel, null)).Events.Select(EventText.Text));
    }

    [Fact]
    public async Task Attach_KnownEpochOfThePast_ChangesNothing()
    {
        var channel = Unique();
        await UseOnceAsync(channel);
        var before = (await PublishAsync(channel, "old")).Last;

        Assert.Equal(before, await AttachAsync(channel, before.Epoch));
        Assert.Equal(before, await AttachAsync(channel, before.Epoch - 1));
    }

    [Fact]
    public async Task Attach_AfterDetach_ContinuesTheNumbering()
    {
        var channel = Unique();
        var first = await FollowAsync(channel);
        await PublishAsync(channel, "a");
        await first.WaitForAsync(1);
        await Fabric.DetachAsync(ChannelName.Parse(channel));
        var between = (await PublishAsync(channel, "between")).Last;

        var second = await FollowAsync(channel);
        await PublishAsync(channel, "b");

        Assert.Equal(between, second.Position);
        Assert.Equal(["b"], await second.TextsAsync(1));
    }

    [Fact]
    public async Task Detach_Repeated_IsQuiet()
    {
        var channel = ChannelName.Parse(Unique());
        await Fabric.DetachAsync(channel);
        await AttachAsync(channel.Value);

        await Fabric.DetachAsync(channel);
        await Fabric.DetachAsync(channel);

        var again = await FollowAsync(channel.Value);
        await PublishAsync(channel.Value, "x");
        Assert.Equal(["x"], await again.TextsAsync(1));
    }

    [Fact]
    public async Task Deliver_SeveralChannels_EachGetsItsOwn()
    {
        var followers = new Dictionary<string, FeedFollower>();
        for (var i = 0; i < 20; i++)
        {
            var channel = Unique($"iso{i}");
            followers[channel] = await FollowAsync(channel);
        }

        foreach (var channel in followers.Keys)
        {
            await PublishAsync(channel, $"for {channel}");
        }

        foreach (var (channel, follower) in followers)
        {
            Assert.Equal([$"for {channel}"], await follower.TextsAsync(1));
        }
    }

    [Fact]
    public async Task Deliver_SlowSink_LosesNothing()
    {
        var channel = Unique("roomy");
        var follower = await FollowAsync(channel);
        Sink.Hold();
        await PublishAsync(channel, "0");
        await Sink.WaitForHeldAsync();
        for (var i = 1; i < 2000; i++)
        {
            await PublishAsync(channel, $"{i}");
        }

        Sink.Release();

        Assert.Equal(Enumerable.Range(0, 2000).Select(i => $"{i}"), await follower.TextsAsync(2000));
        Assert.False(Sink.Overlapped, "Two deliveries of one channel overlapped.");
    }

    [Fact]
    public async Task Report_Subscribers_ComeBackFromPublish()
    {
        var channel = Unique();
        Assert.Equal(0, (await PublishAsync(channel, "nobody")).Subscribers);
        await AttachAsync(channel);

        Fabric.ReportSubscribers(ChannelName.Parse(channel), 7);
        await Eventually.SeeAsync("7 subscribers in the answer to a publish", async () => (await PublishAsync(channel, "x")).Subscribers, count => count == 7);
        Fabric.ReportSubscribers(ChannelName.Parse(channel), 3);
        await Eventually.SeeAsync("3 subscribers in the answer to a publish", async () => (await PublishAsync(channel, "x")).Subscribers, count => count == 3);

        await Fabric.DetachAsync(ChannelName.Parse(channel));
        await Eventually.SeeAsync("no subscribers after the detach", async () => (await PublishAsync(channel, "x")).Subscribers, count => count == 0);
    }
}
