using SseFabric.Channels.Configuration;
using SseFabric.Cluster.Kit;
using SseFabric.Contracts;
using SseFabric.Grains;
using SseFabric.Grains.Channels;
using SseFabric.Grains.Frontends;
using SseFabric.TestKit.Conformance;
using SseFabric.TestKit.Waiting;

namespace SseFabric.Cluster.Channels;

public sealed class ChannelGrainTests
{
    private static readonly ChannelRule s_short = new() { Match = "short*", Linger = TimeSpan.FromMilliseconds(200) };
    private static readonly ChannelRule s_always = new() { Match = "always", AlwaysOn = true, Linger = TimeSpan.Zero };

    private readonly SourceHub _hub = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Attach_TwoFrontends_OneSubscriptionAndBothHear()
    {
        await using var cluster = await StartAsync(ClusterRole.Channels, ClusterRole.Frontend, ClusterRole.Frontend);
        var (one, two) = (await AttachAsync(cluster, 1, "c"), await AttachAsync(cluster, 2, "c"));

        _hub.Publish("c", "hello");

        await Eventually.SeeAsync("the event at the one", () => one.EventsOf("c").Count, count => count == 1);
        await Eventually.SeeAsync("the event at the other", () => two.EventsOf("c").Count, count => count == 1);
        Assert.Equal(1, _hub.SubscriptionsOf("c"));
    }

    [Fact]
    public async Task Placement_ChannelsOnlyWhereTheirRoleIs_FrontendsOnTheirOwnSilo()
    {
        await using var cluster = await StartAsync(ClusterRole.Channels, ClusterRole.Frontend, ClusterRole.Channels, ClusterRole.Frontend);

        // Orleans places them by what the silos have to do, which it learns from time to time.
        var attached = 0;
        var channels = await Eventually.SeeAsync(
            "channels on both silos",
            async () =>
            {
                attached++;
                await AttachAsync(cluster, 1, $"c{attached}");
                await AttachAsync(cluster, 3, $"c{attached}");
                return await cluster.ActivationsAsync<ChannelGrain>();
            },
            channels => channels[0] > 0 && channels[2] > 0);

        Assert.Equal(attached, channels.Sum());
        Assert.Equal(0, channels[1] + channels[3]);
        Assert.Equal([1, 1, 1, 1], await cluster.ActivationsAsync<FrontendGrain>());
    }

    [Fact]
    public async Task Linger_LastFeedLeft_NothingRemains()
    {
        await using var cluster = await StartAsync(ClusterRole.Channels, ClusterRole.Frontend);
        await AttachAsync(cluster, 1, "short");
        Assert.Equal(1, _hub.SubscriptionsOf("short"));

        await cluster.Fabric(1).DetachAsync(ChannelName.Parse("short"));

        await Eventually.SeeAsync("no subscription", () => _hub.Subscriptions, count => count == 0);
        await Eventually.SeeAsync("no activation", async () => (await cluster.ActivationsAsync<ChannelGrain>()).Sum(), count => count == 0);
    }

    [Fact]
    public async Task Linger_AttachedAgainInTime_KeepsNumberingAndSubscription()
    {
        await using var cluster = await StartAsync(ClusterRole.Channels, ClusterRole.Frontend);
        var channel = ChannelName.Parse("long");
        await AttachAsync(cluster, 1, "long");
        _hub.Publish("long", "one");
        await cluster.Fabric(1).DetachAsync(channel);
        _hub.Publish("long", "two");

        var again = await cluster.Fabric(1).AttachAsync(channel, 0, Stop);

        Assert.Equal(2, again.Head.Offset);
    }

    [Fact]
    public async Task Attach_SourceAway_SaysSoAndLeavesNothing()
    {
        await using var cluster = await StartAsync(ClusterRole.Channels, ClusterRole.Frontend);
        _hub.IsReachable = false;

        var refused = await cluster.Fabric(1).AttachAsync(ChannelName.Parse("short"), 0, Stop);

        Assert.Equal(AttachOutcome.SourceUnavailable, refused.Outcome);
        await Eventually.SeeAsync("no activation", async () => (await cluster.ActivationsAsync<ChannelGrain>()).Sum(), count => count == 0);
        _hub.IsReachable = true;
        Assert.Equal(AttachOutcome.Attached, (await cluster.Fabric(1).AttachAsync(ChannelName.Parse("short"), 0, Stop)).Outcome);
    }

    [Fact]
    public async Task DeadFrontend_IsDroppedAndTheChannelLeaves()
    {
        await using var cluster = await StartAsync(ClusterRole.Channels, ClusterRole.Frontend, ClusterRole.Frontend);
        await AttachAsync(cluster, 2, "short");
        cluster.Fabric(2).ReportSubscribers(ChannelName.Parse("short"), 5);

        await cluster.KillAsync(2);

        await Eventually.SeeAsync("no subscription", () => _hub.Subscriptions, count => count == 0, TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task StrayFeed_IsDetachedByItsFirstBeat()
    {
        await using var cluster = await StartAsync(ClusterRole.Channels, ClusterRole.Frontend);
        cluster.Fabric(1).UseSink(new RecordingSink());
        var grain = cluster.Service<IGrainFactory>(1).ChannelGrain(ChannelName.Parse("short"));

        // As if the answer to the attach, or the detach after it, had been lost.
        await grain.AttachAsync(cluster.Address(1), 0, 0, 1, Stop);

        await Eventually.SeeAsync("no subscription", () => _hub.Subscriptions, count => count == 0, TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task AlwaysOn_IsSubscribedWithoutFeeds_AndAfterItsOwnersDeath()
    {
        await using var cluster = await StartAsync(ClusterRole.Channels, ClusterRole.Channels);
        await Eventually.SeeAsync("a subscription", () => _hub.SubscriptionsOf("always"), count => count == 1);

        var owner = (await cluster.ActivationsAsync<ChannelGrain>())[0] == 1 ? 0 : 1;
        await cluster.StopAsync(owner);

        await Eventually.SeeAsync("a subscription again", () => _hub.SubscriptionsOf("always"), count => count == 1, TimeSpan.FromSeconds(30));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task OwnerGone_FeedsAreAttachedAgain_InANewEpoch(bool killed)
    {
        await using var cluster = await StartAsync(ClusterRole.Frontend, ClusterRole.Channels, ClusterRole.Channels);
        var sink = await AttachAsync(cluster, 0, "c");
        cluster.Fabric(0).ReportSubscribers(ChannelName.Parse("c"), 3);
        _hub.Publish("c", "before");
        var before = await Eventually.SeeAsync("the event before", () => sink.EventsOf("c"), events => events.Count == 1);
        var owner = (await cluster.ActivationsAsync<ChannelGrain>())[1] == 1 ? 1 : 2;

        await (killed ? cluster.KillAsync(owner) : cluster.StopAsync(owner));

        await Eventually.SeeAsync(
            "a beat of a newer epoch", () => sink.BatchesOf("c")[^1].Head.Epoch, epoch => epoch > before[0].Cursor.Epoch, TimeSpan.FromSeconds(30));
        Assert.Equal(1, _hub.SubscriptionsOf("c"));
        _hub.Publish("c", "after");
        await Eventually.SeeAsync("the event after", () => sink.EventsOf("c").Count, count => count == 2);

        // The count is told on a beat, and again if the owner is gone by then.
        await Eventually.SeeAsync(
            "three subscribers", async () => (await cluster.Fabric(0).PublishAsync(ChannelName.Parse("c"), [EventText.Event("x")], Stop)).Subscribers, count => count == 3);
    }

    [Fact]
    public async Task SlowFrontend_DelaysNobodyElse()
    {
        await using var cluster = await StartAsync(ClusterRole.Channels, ClusterRole.Frontend, ClusterRole.Frontend);
        var (slow, quick) = (await AttachAsync(cluster, 1, "c"), await AttachAsync(cluster, 2, "c"));
        slow.Hold();

        for (var i = 0; i < 5000; i++)
        {
            _hub.Publish("c", $"{i}");
        }

        await Eventually.SeeAsync("all events at the quick one", () => quick.EventsOf("c").Count, count => count == 5000);
        slow.Release();
        await Eventually.SeeAsync("all events at the slow one", () => slow.EventsOf("c").Count, count => count == 5000);
    }

    [Fact]
    public async Task TenThousandNames_UsedOnceAndLeft_NothingRemains()
    {
        await using var cluster = await StartAsync(ClusterRole.Channels, ClusterRole.Channels, ClusterRole.Frontend);
        var fabric = cluster.Fabric(2);
        fabric.UseSink(new RecordingSink());

        await Parallel.ForEachAsync(Enumerable.Range(0, 10_000), new ParallelOptions { MaxDegreeOfParallelism = 64, CancellationToken = Stop }, async (i, _) =>
        {
            var name = ChannelName.Parse($"short-{i}");
            Assert.Equal(AttachOutcome.Attached, (await fabric.AttachAsync(name, 0, Stop)).Outcome);
            fabric.ReportSubscribers(name, 1);
            await fabric.DetachAsync(name);
        });

        await Eventually.SeeAsync("no subscriptions", () => _hub.Subscriptions, count => count == 0, TimeSpan.FromSeconds(60));
        await Eventually.SeeAsync(
            "no activations", async () => (await cluster.ActivationsAsync<ChannelGrain>()).Sum(), count => count == 0, TimeSpan.FromSeconds(60));
        Assert.Equal(0, fabric.FeedCount);
    }

    /// <summary>Calls wait for each other at the owners: with all of them at once most would be late, and be made again.</summary>
    [Fact]
    public async Task Attach_VeryManyAtOnce_SomeAreUnderWayAndTheOthersWait()
    {
        await using var cluster = await StartAsync(ClusterRole.Channels, ClusterRole.Frontend);
        var fabric = cluster.Fabric(1);
        fabric.UseSink(new RecordingSink());
        var answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var (underWay, most) = (0, 0);
        _hub.OnSubscribe = async () =>
        {
            InterlockedMax(ref most, Interlocked.Increment(ref underWay));
            await answered.Task;
            Interlocked.Decrement(ref underWay);
        };

        var attaches = Enumerable.Range(0, ClusterFabric.MaxAttachesAtOnce + 500).Select(i => fabric.AttachAsync(ChannelName.Parse($"storm-{i}"), 0, Stop).AsTask()).ToList();
        await Eventually.SeeAsync("as many as there may be", () => Volatile.Read(ref underWay), count => count == ClusterFabric.MaxAttachesAtOnce);
        answered.SetResult();

        Assert.All(await Task.WhenAll(attaches), result => Assert.Equal(AttachOutcome.Attached, result.Outcome));
        Assert.InRange(most, 1, ClusterFabric.MaxAttachesAtOnce);
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = Volatile.Read(ref most); seen < value && Interlocked.CompareExchange(ref most, value, seen) != seen; seen = Volatile.Read(ref most))
        {
        }
    }

    private Task<FabricCluster> StartAsync(params ClusterRole[] roles)
    {
        var rules = roles.Count(role => role == ClusterRole.Channels) == roles.Length ? [s_always] : new[] { s_short };
        return FabricCluster.StartAsync(roles, rules, _hub.Connect);
    }

    private static async Task<RecordingSink> AttachAsync(FabricCluster cluster, int silo, string channel)
    {
        var sink = new RecordingSink();
        cluster.Fabric(silo).UseSink(sink);
        Assert.Equal(AttachOutcome.Attached, (await cluster.Fabric(silo).AttachAsync(ChannelName.Parse(channel), 0, Stop)).Outcome);
        return sink;
    }
}
