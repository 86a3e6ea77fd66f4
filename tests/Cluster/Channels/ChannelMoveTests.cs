using SseFabric.Channels.Configuration;
using SseFabric.Cluster.Kit;
using SseFabric.Contracts;
using SseFabric.Grains.Channels;
using SseFabric.TestKit.Conformance;
using SseFabric.TestKit.Waiting;

namespace SseFabric.Cluster.Channels;

/// <summary>A silo is stopped as planned, and its channels go on elsewhere: whole where that can be proven, with a new epoch where it can't.</summary>
[Trait("Suite", "Cluster")]
public sealed class ChannelMoveTests
{
    private static readonly TimeSpan s_move = TimeSpan.FromSeconds(30);
    private static readonly ClusterRole[] s_roles = [ClusterRole.Frontend, ClusterRole.Channels, ClusterRole.Channels];
    private static readonly ChannelName s_channel = ChannelName.Parse("c");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stopped_WhileMessagesCome_NumbersGoOnWithoutAHole()
    {
        var hub = new SourceHub { IsOrdered = true };
        await using var cluster = await FabricCluster.StartAsync(s_roles, source: hub.Connect);
        var sink = await AttachAsync(cluster);
        cluster.Fabric(0).ReportSubscribers(s_channel, 3);
        using var enough = new CancellationTokenSource();
        var count = 0;
        var publishing = Task.Run(
            async () =>
            {
                for (; !enough.IsCancellationRequested; await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, CancellationToken.None))
                {
                    hub.Publish("c", $"{++count}");
                }
            },
            Stop);
        await SeeEventsAsync(sink, 100);

        await cluster.StopAsync(await OwnerAsync(cluster));

        await SeeEventsAsync(sink, sink.EventsOf("c").Count + 100);
        await enough.CancelAsync();
        await publishing;
        await SeeEventsAsync(sink, count);
        var events = sink.EventsOf("c");
        Assert.Equal(Enumerable.Range(1, count).Select(i => $"{i}"), events.Select(EventText.Text));
        Assert.Equal(Enumerable.Range(1, count).Select(i => (long)i), events.Select(published => published.Cursor.Offset));
        Assert.Single(events.Select(published => published.Cursor.Epoch).Distinct());
        Assert.Equal(1, hub.Subscriptions);

        // The count is told on a beat, and again if the owner is gone by then.
        await Eventually.SeeAsync(
            "three subscribers", async () => (await cluster.Fabric(0).PublishAsync(s_channel, [EventText.Event("x")], Stop)).Subscribers, count => count == 3);
    }

    [Fact]
    public async Task Stopped_WithoutASource_AnsweredPublishesAreThereOnce()
    {
        await using var cluster = await FabricCluster.StartAsync(s_roles);
        var sink = await AttachAsync(cluster);
        using var enough = new CancellationTokenSource();
        var keys = new List<string>();
        var publishing = Task.Run(
            async () =>
            {
                while (!enough.IsCancellationRequested)
                {
                    keys.Add($"key {keys.Count}");
                    await PublishAsync(cluster, keys[^1], EventText.Event($"{keys.Count}"));
                }
            },
            Stop);
        await SeeEventsAsync(sink, 100);

        await cluster.StopAsync(await OwnerAsync(cluster));

        await SeeEventsAsync(sink, sink.EventsOf("c").Count + 100);
        await enough.CancelAsync();
        await publishing;
        await SeeEventsAsync(sink, keys.Count);
        var repeat = await PublishAsync(cluster, keys[0], EventText.Event("again"));
        Assert.Equal((true, 1), (repeat.IsRepeat, repeat.Last.Offset));
        Assert.Equal(Enumerable.Range(1, keys.Count).Select(i => $"{i}"), sink.EventsOf("c").Select(EventText.Text));
        Assert.Single(sink.EventsOf("c").Select(published => published.Cursor.Epoch).Distinct());
    }

    [Fact]
    public async Task Stopped_NobodyAttached_TheHistoryMoves()
    {
        await using var cluster = await FabricCluster.StartAsync(s_roles);
        var last = (await PublishAsync(cluster, "key", EventText.Event("1"), EventText.Event("2"))).Last;

        await cluster.StopAsync(await OwnerAsync(cluster));

        var page = await Eventually.SeeAsync<HistoryPage?>(
            "a history", () => cluster.Fabric(0).ReadHistoryAsync(s_channel, null, Stop).AsTask(), read => read is not null, s_move);
        Assert.Equal(["1", "2"], page!.Events.Select(EventText.Text));
        Assert.Equal(last, page.Head);
    }

    /// <summary>The fence is never passed, or the two silos hear different servers: messages may have been missed, and that is told by a new epoch.</summary>
    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task Stopped_NotProven_ANewEpochBehindTheHistory(bool isManyServers, bool isFenced)
    {
        var hub = new SourceHub { IsOrdered = true, IsManyServers = isManyServers, OnFence = isManyServers ? null : _ => new(isFenced) };
        await using var cluster = await FabricCluster.StartAsync(s_roles, source: hub.Connect);
        var sink = await AttachAsync(cluster);
        hub.Publish("c", "before");
        await SeeEventsAsync(sink, 1);
        var before = sink.EventsOf("c")[0].Cursor;

        await cluster.StopAsync(await OwnerAsync(cluster));

        await Eventually.SeeAsync("a beat of a newer epoch", () => sink.BatchesOf("c")[^1].Head.Epoch, epoch => epoch > before.Epoch, s_move);
        hub.Publish("c", "after");
        await SeeEventsAsync(sink, 2);
        var page = await cluster.Fabric(0).ReadHistoryAsync(s_channel, null, Stop);
        Assert.Equal(["before", "after"], page!.Events.Select(EventText.Text));
        Assert.Contains(before, page.ClosedEpochs);
        Assert.Equal(1, hub.Subscriptions);
    }

    /// <summary>The silo that was to take the channel over dies when it has begun to.</summary>
    [Fact]
    public async Task Stopped_TheNextOwnerDies_ThirdOneBeginsANewEpoch()
    {
        var hub = new SourceHub { IsOrdered = true };
        await using var cluster = await FabricCluster.StartAsync([.. s_roles, ClusterRole.Channels], source: hub.Connect);
        var sink = await AttachAsync(cluster);
        hub.Publish("c", "before");
        await SeeEventsAsync(sink, 1);
        var before = sink.EventsOf("c")[0].Cursor;
        var owner = await OwnerAsync(cluster);
        var isKilled = false;
        hub.OnFence = silo =>
        {
            isKilled = true;
            _ = Task.Run(() => cluster.KillAsync(silo), Stop);
            return new(new TaskCompletionSource<bool>().Task.WaitAsync(s_move, TimeProvider.System, Stop));
        };

        await cluster.StopAsync(owner);

        Assert.True(isKilled);
        await Eventually.SeeAsync("a beat of a newer epoch", () => sink.BatchesOf("c")[^1].Head.Epoch, epoch => epoch > before.Epoch, s_move);
        hub.Publish("c", "after");
        await SeeEventsAsync(sink, 2);
    }

    [Fact]
    public async Task Stopped_WithTenThousandChannels_AllMoveWholeWithinTheWindow()
    {
        const int channels = 10_000;
        var hub = new SourceHub { IsOrdered = true };
        await using var cluster = await FabricCluster.StartAsync([ClusterRole.Frontend, ClusterRole.Channels], source: hub.Connect);
        var sink = new RecordingSink();
        cluster.Fabric(0).UseSink(sink);
        var names = Enumerable.Range(0, channels).Select(i => ChannelName.Parse($"c{i}")).ToArray();
        await Parallel.ForEachAsync(names, new ParallelOptions { MaxDegreeOfParallelism = 64, CancellationToken = Stop }, async (name, _) =>
            Assert.Equal(AttachOutcome.Attached, (await cluster.Fabric(0).AttachAsync(name, 0, Stop)).Outcome));
        await cluster.AddAsync(ClusterRole.Channels);
        await Eventually.SeeAsync("the other silo", () => cluster.Service<ChannelSilos>(1).Other(s_channel), other => other is not null);

        var began = TimeProvider.System.GetTimestamp();
        await cluster.StopAsync(1);

        var took = TimeProvider.System.GetElapsedTime(began);
        TestContext.Current.TestOutputHelper?.WriteLine($"{channels} channels moved in {took.TotalSeconds:0.0} s.");
        var heads = sink.Batches.GroupBy(batch => batch.Channel).ToDictionary(batches => batches.Key, batches => batches.Select(batch => batch.Head.Epoch).Distinct().Count());
        Assert.All(heads.Values, epochs => Assert.Equal(1, epochs));
        Assert.InRange(took, TimeSpan.Zero, new DrainOptions().Window);
        Assert.Equal(channels, hub.Subscriptions);
    }

    private static async Task<PublishResult> PublishAsync(FabricCluster cluster, string key, params NewEvent[] events)
    {
        while (true)
        {
            // What is refused may be sent again with its key.
            var result = await cluster.Fabric(0).PublishAsync(s_channel, events, key, Stop);
            if (result.Outcome == PublishOutcome.Accepted)
            {
                return result;
            }
        }
    }

    private static async Task<RecordingSink> AttachAsync(FabricCluster cluster)
    {
        var sink = new RecordingSink();
        cluster.Fabric(0).UseSink(sink);
        Assert.Equal(AttachOutcome.Attached, (await cluster.Fabric(0).AttachAsync(s_channel, 0, Stop)).Outcome);
        return sink;
    }

    private static async Task<int> OwnerAsync(FabricCluster cluster) => (await cluster.ActivationsAsync<ChannelGrain>()).Index().Single(silo => silo.Item == 1).Index;

    private static Task<int> SeeEventsAsync(RecordingSink sink, int count) =>
        Eventually.SeeAsync($"{count} events", () => sink.EventsOf("c").Count, events => events >= count, s_move);
}
