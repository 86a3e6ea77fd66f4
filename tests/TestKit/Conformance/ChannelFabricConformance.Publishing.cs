using SseFabric.Contracts;
using Xunit;

namespace SseFabric.TestKit.Conformance;

public abstract partial class ChannelFabricConformance
{
    [Fact]
    public async Task Publish_WithoutFeeds_IsAcceptedAndRetained()
    {
        var channel = Unique();

        var first = await PublishAsync(channel, "a");
        var second = await PublishAsync(channel, "b");

        Assert.True(second.Last.Follows(first.Last), $"{second.Last} came after {first.Last}.");
        Assert.Equal(["a", "b"], (await ReadAsync(channel, null)).Events.Select(EventText.Text));
        Assert.Empty(Sink.EventsOf(channel));
    }

    [Fact]
    public async Task Publish_TypeAndData_ArriveUnchanged()
    {
        var channel = Unique();
        var follower = await FollowAsync(channel);
        byte[] data = [.. Enumerable.Range(0, 256).Select(value => (byte)value)];

        await Fabric.PublishAsync(
            ChannelName.Parse(channel),
            [new NewEvent("tick", data) { Retry = TimeSpan.FromMilliseconds(1234) }, new NewEvent(ReadOnlyMemory<byte>.Empty)],
            TestContext.Current.CancellationToken);

        var events = await follower.WaitForAsync(2);
        Assert.Equal("tick", events[0].Event.Type);
        Assert.Equal(TimeSpan.FromMilliseconds(1234), events[0].Event.Retry);
        Assert.Equal(data, events[0].Event.Data.ToArray());
        Assert.Equal(NewEvent.DefaultType, events[1].Event.Type);
        Assert.Equal(0, events[1].Event.Data.Length);
    }

    [Fact]
    public async Task Publish_OneTooLarge_AcceptsNone()
    {
        var channel = Unique();
        var follower = await FollowAsync(channel);
        var tooLarge = new NewEvent(new byte[4097]);

        var refused = await Fabric.PublishAsync(
            ChannelName.Parse(channel), [EventText.Event("a"), tooLarge, EventText.Event("b")], TestContext.Current.CancellationToken);
        var accepted = await Fabric.PublishAsync(ChannelName.Parse(channel), [new NewEvent(new byte[4096])], TestContext.Current.CancellationToken);

        Assert.Equal(PublishOutcome.TooLarge, refused.Outcome);
        Assert.Equal(PublishOutcome.Accepted, accepted.Outcome);
        var only = Assert.Single(await follower.WaitForAsync(1));
        Assert.Equal(4096, only.Event.Data.Length);
        Assert.Single((await ReadAsync(channel, null)).Events);
    }

    [Fact]
    public async Task Publish_SameIdempotencyKey_PublishesOnceAndAnswersTheFirstResult()
    {
        var channel = Unique();
        var name = ChannelName.Parse(channel);
        var follower = await FollowAsync(channel);

        var first = await Fabric.PublishAsync(name, EventText.Events("a", "b"), "key", TestContext.Current.CancellationToken);
        var between = await PublishAsync(channel, "c");
        var second = await Fabric.PublishAsync(name, EventText.Events("a", "b"), "key", TestContext.Current.CancellationToken);
        var other = await Fabric.PublishAsync(name, EventText.Events("d"), "another key", TestContext.Current.CancellationToken);
        var elsewhere = await Fabric.PublishAsync(ChannelName.Parse(Unique()), EventText.Events("e"), "key", TestContext.Current.CancellationToken);

        Assert.Equal((PublishOutcome.Accepted, first.Last, true), (second.Outcome, second.Last, second.IsRepeat));
        Assert.False(first.IsRepeat || other.IsRepeat || elsewhere.IsRepeat);
        Assert.True(other.Last.Follows(between.Last), $"{other.Last} came after {between.Last}.");
        Assert.Equal(["a", "b", "c", "d"], await follower.TextsAsync(4));
    }

    [Fact]
    public async Task Publish_RefusedWithIdempotencyKey_TheKeyIsStillFree()
    {
        var name = ChannelName.Parse(Unique());

        var refused = await Fabric.PublishAsync(name, [new NewEvent(new byte[4097])], "key", TestContext.Current.CancellationToken);
        var accepted = await Fabric.PublishAsync(name, EventText.Events("a"), "key", TestContext.Current.CancellationToken);

        Assert.Equal(PublishOutcome.TooLarge, refused.Outcome);
        Assert.Equal((PublishOutcome.Accepted, false), (accepted.Outcome, accepted.IsRepeat));
    }

    [Fact]
    public async Task Publish_Batches_StayTogether()
    {
        const int publishers = 8;
        const int batches = 100;
        const int size = 5;
        var channel = Unique("roomy");
        var follower = await FollowAsync(channel);

        await Task.WhenAll(Enumerable.Range(0, publishers).Select(publisher => Task.Run(async () =>
        {
            for (var batch = 0; batch < batches; batch++)
            {
                await PublishAsync(channel, [.. Enumerable.Range(0, size).Select(i => $"{publisher}:{batch}:{i}")]);
            }
        })));

        var texts = await follower.TextsAsync(publishers * batches * size);
        foreach (var together in texts.Chunk(size))
        {
            var batch = together[0][..together[0].LastIndexOf(':')];
            Assert.Equal(Enumerable.Range(0, size).Select(i => $"{batch}:{i}"), together);
        }
    }

    [Fact]
    public async Task Publish_ManyPublishers_EachKeepsItsOrder()
    {
        const int publishers = 8;
        const int each = 1000;
        var channel = Unique("roomy");
        var head = await AttachAsync(channel);
        var follower = new FeedFollower(Fabric, Sink, channel, head);

        await Task.WhenAll(Enumerable.Range(0, publishers).Select(publisher => Task.Run(async () =>
        {
            for (var i = 0; i < each; i++)
            {
                await PublishAsync(channel, $"{publisher}:{i}");
            }
        })));

        var events = await follower.WaitForAsync(publishers * each, TimeSpan.FromSeconds(60));
        AssertConsecutive(head, events);
        for (var publisher = 0; publisher < publishers; publisher++)
        {
            var own = events.Select(EventText.Text).Where(text => text.StartsWith($"{publisher}:", StringComparison.Ordinal));
            Assert.Equal(Enumerable.Range(0, each).Select(i => $"{publisher}:{i}"), own);
        }
    }

    [Fact]
    public async Task Publish_AcceptedAt_DoesNotRunBackwards()
    {
        var channel = Unique();
        var before = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        await PublishAsync(channel, "a");
        await PublishAsync(channel, "b");
        var after = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

        var events = (await ReadAsync(channel, null)).Events;
        Assert.InRange(events[0].AcceptedAt, before, events[1].AcceptedAt);
        Assert.InRange(events[1].AcceptedAt, events[0].AcceptedAt, after);
    }
}
