using SseFabric.Contracts;
using SseFabric.TestKit.Redis;
using SseFabric.TestKit.Waiting;
using Xunit;

namespace SseFabric.TestKit.Conformance;

// A store that refuses, or is away.
public abstract partial class RecordedFabricConformance
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task StoreRefuses_EventsAreDelivered_CountedAndToldAsAHoleLater(bool isFull)
    {
        var channel = Unique();
        var follower = new FeedFollower(Fabric, Sink, channel, await AttachAsync(channel));
        await PublishAsync(channel, "recorded");
        await using var redis = await UnderTest.Server.ConnectAsync();
        await RefuseAsync(redis, channel, isFull);

        var unrecorded = await PublishAsync(channel, "unrecorded");
        Assert.Equal((1, 1), (UnderTest.Counted["ssefabric.history.degraded"], UnderTest.Counted["ssefabric.history.unrecorded"]));
        Assert.Equal(["recorded", "unrecorded"], await follower.TextsAsync(2));
        Assert.Equal(2, (await ReadAsync(channel, null)).Events.Count);

        await TakeAsync(redis, channel, isFull);
        var last = ( await Eventually.SeeAsync<PublishResult>(
            "a recorded event",
            () => PublishAsync(channel, "more"),
            _ => UnderTest.Counted["ssefabric.history.degraded"] == 0)).Last;
        await RestartAsync();

        var after = await AttachAsync(channel);
        Assert.True(after >= last, $"After {last}, the channel stood at {after}.");
        var page = await ReadAsync(channel, unrecorded.Last with { Offset = unrecorded.Last.Offset - 1 });
        Assert.Equal(ResumeOutcome.Evicted, page.Outcome);
        Assert.Equal(last, page.Events[^1].Cursor);
        Assert.DoesNotContain("unrecorded", page.Events.Select(EventText.Text));
    }

    /// <summary>The positions that were given out while the store refused must not be given to other events by the next owner.</summary>
    [Fact]
    public async Task StoreRefuses_OwnerGoes_TheNextOneBeginsANewEpoch()
    {
        var channel = Unique();
        await AttachAsync(channel);
        await PublishAsync(channel, "recorded");
        await using var redis = await UnderTest.Server.ConnectAsync();
        await RefuseAsync(redis, channel, isFull: true);
        var unrecorded = (await PublishAsync(channel, "unrecorded")).Last;
        await TakeAsync(redis, channel, isFull: true);

        await RestartAsync();

        var head = await AttachAsync(channel);
        Assert.True(head.Epoch > unrecorded.Epoch, $"{head} is of the epoch of {unrecorded}.");
    }

    [Fact]
    public async Task StoreAway_PublishIsUnavailable_AndNothingIsLostOrTwiceAfterwards()
    {
        var channel = Unique("roomy");
        var follower = new FeedFollower(Fabric, Sink, channel, await AttachAsync(channel));
        await PublishAsync(channel, "before");

        UnderTest.Server.Freeze();
        var away = await Fabric.PublishAsync(ChannelName.Parse(channel), EventText.Events("a"), "key", TestContext.Current.CancellationToken);
        UnderTest.Server.Thaw();

        Assert.Equal(PublishOutcome.Unavailable, away.Outcome);
        var again = await Eventually.SeeAsync(
            "a publish that is accepted",
            async Task<PublishResult> () => await Fabric.PublishAsync(ChannelName.Parse(channel), EventText.Events("a"), "key", TestContext.Current.CancellationToken),
            result => result.Outcome == PublishOutcome.Accepted,
            TimeSpan.FromSeconds(30));
        await PublishAsync(channel, "after");
        Assert.Equal(["before", "a", "after"], await follower.TextsAsync(3));
        Assert.Equal(["before", "a", "after"], (await ReadAsync(channel, null)).Events.Select(EventText.Text));
    }

    private static async Task RefuseAsync(RedisClient redis, string channel, bool isFull)
    {
        if (isFull)
        {
            await redis.SendAsync("CONFIG", "SET", "maxmemory", "1");
        }
        else
        {
            await redis.SendAsync("DEL", StreamOf(channel));
            await redis.SendAsync("SET", StreamOf(channel), "somebody else's");
        }
    }

    private static async Task TakeAsync(RedisClient redis, string channel, bool isFull)
    {
        if (isFull)
        {
            await redis.SendAsync("CONFIG", "SET", "maxmemory", "0");
        }
        else
        {
            await redis.SendAsync("DEL", StreamOf(channel));
        }
    }
}
