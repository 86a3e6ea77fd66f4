using SseFabric.Cluster.Kit;
using SseFabric.TestKit.Delivery;
using SseFabric.TestKit.Http;
using SseFabric.TestKit.Redis;
using SseFabric.TestKit.Waiting;

namespace SseFabric.Cluster.Processes;

/// <summary>Silos and frontends as a user starts them.</summary>
[Trait("Suite", "Cluster")]
[Trait("Needs", "redis-server")]
public sealed class ClusterProcessTests
{
    private static readonly string[] s_channels = [.. Enumerable.Range(0, 12).Select(i => $"c{i}")];

    [Fact]
    public async Task Publish_ReachesBothFrontends_OverOneSubscriptionAChannel()
    {
        await using var cluster = await ProcessCluster.StartAsync(2, 2);
        await using var one = await SseClient.JoinAsync(cluster.Frontends[0].Events("a"));
        await using var two = await SseClient.JoinAsync(cluster.Frontends[1].Events("a"));
        await using var redis = await cluster.Redis.ConnectAsync();

        Assert.Equal(1, await redis.PublishAsync("a", "hello"));

        Assert.Equal("hello", (await one.NextAsync()).Text);
        Assert.Equal("hello", (await two.NextAsync()).Text);

        // At most one pub/sub connection a process, and the cluster's own none.
        var connections = await Eventually.SeeAsync(
            "a pub/sub connection of each silo, and each process' own",
            async () => (await redis.ExecuteAsync("CLIENT", "LIST")).Text.Split('\n').Where(line => line.Contains(" name=sse-fabric", StringComparison.Ordinal)).ToList(),
            lines => lines.Count == 2 + 4,
            show: lines => string.Join('\n', lines));
        Assert.Single(connections, line => !line.Contains(" sub=0 ", StringComparison.Ordinal));
    }

    /// <summary>The reply at the door counts the whole cluster's subscribers, at most about a second late.</summary>
    [Fact]
    public async Task PublishAtTheDoor_OfEitherFrontend_ReachesAndCountsAllSubscribers()
    {
        await using var cluster = await ProcessCluster.StartAsync(1, 2);
        await using var one = await SseClient.JoinAsync(cluster.Frontends[0].Events("a"));
        await using var two = await SseClient.JoinAsync(cluster.Frontends[1].Events("a", "b"));
        foreach (var frontend in cluster.Frontends)
        {
            await using var door = await RedisClient.ConnectAsync(frontend.Door);
            var number = 0;
            await Eventually.SeeAsync("2 as the reply to PUBLISH", () => door.PublishAsync("a", $"{++number}"), reply => reply == 2);
            foreach (var client in (SseClient[])[one, two])
            {
                Assert.Equal(Enumerable.Range(1, number).Select(i => $"{i}"), (await client.TakeAsync(number)).Select(received => received.Text));
            }
        }
    }

    [Fact]
    public async Task Flood_ThousandSubscribersOnTwoFrontends_LosesRepeatsAndReordersNothing()
    {
        string[] channels = ["a", "b", "c"];
        await using var cluster = await ProcessCluster.StartAsync(2, 2);
        var ledger = new DeliveryLedger();
        await using var swarm = await SubscriberSwarm.ConnectAsync(
            ledger, 1000, i => new SwarmTarget(cluster.Frontends[i % 2].Address, i % 10 == 0 ? channels : [channels[i % 3]]));
        await using var redis = await cluster.Redis.ConnectAsync();
        foreach (var channel in channels)
        {
            Assert.Equal(1, await redis.NumSubAsync(channel));
        }

        var begin = TimeProvider.System.GetTimestamp();
        await redis.PublishAllAsync(Enumerable.Range(0, 20_000).Select(i => (channels[i % 3], ledger.NextPayload(channels[i % 3]))));
        await ledger.WaitForTailAsync(TimeSpan.FromSeconds(120));
        var delivered = TimeProvider.System.GetElapsedTime(begin);

        swarm.ThrowIfBroken();
        var report = ledger.Verify();
        report.ThrowIfFaulty();
        TestContext.Current.TestOutputHelper?.WriteLine($"{report}; delivered in {delivered.TotalSeconds:0.0} s");
    }

    [Fact]
    public async Task OwnerKilled_SubscribersStayAndAreToldOfWhatIsLost()
    {
        string[] rule = ["--Fabric:Channels:0:Match=*", "--Fabric:Channels:0:History:Count=100000"];
        await using var cluster = await ProcessCluster.StartAsync(1, 2, rule);
        var ledger = new DeliveryLedger();
        await using var swarm = await SubscriberSwarm.ConnectAsync(ledger, 40, i => new SwarmTarget(cluster.Frontends[i % 2].Address, s_channels));
        await using var redis = await cluster.Redis.ConnectAsync();
        await PublishRoundsAsync(redis, ledger, 100);
        await ledger.WaitForTailAsync(TimeSpan.FromSeconds(30));
        var sequence = ledger.PublishedOn(s_channels[0]);

        // The silo that was there alone owns every channel.
        await cluster.AddSiloAsync(rule);
        var killed = TimeProvider.System.GetTimestamp();
        await cluster.Silos[0].Kill9Async();
        var lost = (await NumSubsAsync(redis)).Where(channel => channel.Value == 0).Select(channel => channel.Key).ToList();
        var dead = TimeSpan.Zero;
        await Eventually.SeeAsync(
            "every channel to be subscribed again",
            async () =>
            {
                await PublishRoundsAsync(redis, ledger, 1);
                if (dead == TimeSpan.Zero && (await cluster.TableAsync()).Values.Any(row => row.Contains("\"Status\":6", StringComparison.Ordinal) || row.Contains("Dead", StringComparison.Ordinal)))
                {
                    dead = TimeProvider.System.GetElapsedTime(killed);
                }

                return (await NumSubsAsync(redis)).Values.Min();
            },
            fewest => fewest == 1,
            TimeSpan.FromSeconds(30));
        var back = TimeProvider.System.GetElapsedTime(killed);
        var windows = lost.Select(channel => new LossWindow(channel, sequence + 1, ledger.PublishedOn(channel))).ToArray();
        await PublishRoundsAsync(redis, ledger, 100);
        await ledger.WaitForTailAsync(TimeSpan.FromSeconds(30));

        swarm.ThrowIfBroken();
        var report = ledger.VerifyExcept(windows);
        report.ThrowIfFaulty();
        Assert.Equal(s_channels.Length, lost.Count);
        TestContext.Current.TestOutputHelper?.WriteLine($"{lost.Count} channels lost; dead after {dead.TotalSeconds:0.0} s, all subscribed after {back.TotalSeconds:0.0} s; {report}");
    }

    [Fact]
    public async Task RedisEmptied_ClusterWritesItselfInAgain()
    {
        await using var cluster = await ProcessCluster.StartAsync(2, 1);
        await using var client = await SseClient.JoinAsync(cluster.Frontends[0].Events("a"));
        var before = await cluster.TableAsync();

        await using (var redis = await cluster.Redis.ConnectAsync())
        {
            await redis.ExecuteAsync("FLUSHALL");
        }

        var after = await Eventually.SeeAsync("all rows", cluster.TableAsync, table => table.Count >= before.Count, TimeSpan.FromSeconds(30));
        Assert.Equal(before.Keys.Order(), after.Keys.Order());

        // One that joins now finds the others, so they still are a cluster.
        await cluster.AddSiloAsync();
        await Eventually.SeeAsync("the new silo's row", cluster.TableAsync, table => table.Count == before.Count + 1, TimeSpan.FromSeconds(30));
        Assert.All(cluster.Silos, silo => Assert.False(silo.HasExited));
        await using var publisher = await cluster.Redis.ConnectAsync();
        await publisher.PublishAsync("a", "still here");
        Assert.Equal("still here", (await client.NextAsync()).Text);
    }

    [Fact]
    public async Task RedisRestartedEmpty_ClusterGoesOn()
    {
        await using var cluster = await ProcessCluster.StartAsync(1, 1);
        await using var client = await SseClient.JoinAsync(cluster.Frontends[0].Events("a"));
        var before = await cluster.TableAsync();

        await cluster.Redis.KillAsync();
        await cluster.Redis.RestartAsync();

        await Eventually.SeeAsync("all rows", cluster.TableAsync, table => table.Count == before.Count, TimeSpan.FromSeconds(60));
        await using var publisher = await cluster.Redis.ConnectAsync();
        await Eventually.SeeAsync("the subscription", () => publisher.NumSubAsync("a"), count => count == 1);
        await publisher.PublishAsync("a", "back");
        var next = await client.NextAsync();
        Assert.Equal("missedevents", next.Type);
        Assert.Equal("back", (await client.NextAsync()).Text);
    }

    [Fact]
    public async Task Terminate_EndsWithZero_AndItsChannelsMove()
    {
        await using var cluster = await ProcessCluster.StartAsync(2, 1);
        await using var client = await SseClient.JoinAsync(cluster.Frontends[0].Events(s_channels));
        await using var redis = await cluster.Redis.ConnectAsync();

        Assert.Equal(0, await cluster.Silos[0].TerminateAsync());

        await Eventually.SeeAsync("every channel to be subscribed", async () => (await NumSubsAsync(redis)).Values.Min(), fewest => fewest == 1, TimeSpan.FromSeconds(30));
        Assert.False(client.Ended.IsCompleted);
    }

    [Fact]
    public async Task SiloPort_Taken_RefusesToStart()
    {
        await using var cluster = await ProcessCluster.StartAsync(1, 0);

        await using var second = cluster.Run("channels", cluster.SiloPorts[0]);

        Assert.Equal(1, await second.WaitForExitAsync(TimeSpan.FromSeconds(30)));
        Assert.Contains(second.Output, line => line.Contains($"{cluster.SiloPorts[0]}", StringComparison.Ordinal) && line.Contains("Cluster:SiloPort", StringComparison.Ordinal));
        Assert.Equal(2, (await cluster.TableAsync()).Count);
        Assert.False(cluster.Silos[0].HasExited);
    }

    private static async Task PublishRoundsAsync(RedisClient redis, DeliveryLedger ledger, int rounds)
    {
        for (var i = 0; i < rounds; i++)
        {
            foreach (var channel in s_channels)
            {
                await redis.PublishAsync(channel, ledger.NextPayload(channel));
            }
        }
    }

    private static async Task<IReadOnlyDictionary<string, long>> NumSubsAsync(RedisClient redis)
    {
        var counts = new Dictionary<string, long>();
        foreach (var channel in s_channels)
        {
            counts.Add(channel, await redis.NumSubAsync(channel));
        }

        return counts;
    }
}
