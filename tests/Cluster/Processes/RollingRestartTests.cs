using SseFabric.Cluster.Kit;
using SseFabric.TestKit.Delivery;
using SseFabric.TestKit.Waiting;

namespace SseFabric.Cluster.Processes;

/// <summary>A cluster is taken to another version under load: every process is ended as planned and started again, one after the other.</summary>
[Collection(nameof(Alone))]
[Trait("Suite", "Cluster")]
[Trait("Needs", "redis-server")]
public sealed class RollingRestartTests
{
    private const int Subscribers = 500;
    private const int EventsATick = 5;
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan s_bucket = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_return = TimeSpan.FromSeconds(30);
    private static readonly string[] s_channels = [.. Enumerable.Range(0, 10).Select(i => $"c{i}")];
    private static readonly string[] s_options =
    [
        "--Fabric:Stream:Retry=00:00:00.5", "--Fabric:Drain:Window=00:00:03", "--Fabric:Channels:0:Match=*",
        "--Fabric:Channels:0:History:Count=10000", "--Fabric:Channels:0:History:MaxBytes=100000000",
    ];

    /// <summary>500 browsers in front of 2 frontends and 2 silos, under 500 plain PUBLISH a second.</summary>
    [Fact]
    public async Task EveryProcessRestarted_PlainPublish_NobodyLosesAnythingOrGivesUp_ReturnsAreSpread()
    {
        await using var cluster = await ProcessCluster.StartAsync(2, 2, s_options);
        var ledger = new DeliveryLedger();
        await using var swarm = await SubscriberSwarm.ConnectAsync(
            ledger,
            Subscribers,
            i => new SwarmTarget(cluster.Frontends[i % 2].Address, s_channels[i % s_channels.Length], s_channels[(i + 1) % s_channels.Length])
            {
                Others = [cluster.Frontends[(i + 1) % 2].Address],
            },
            new SwarmOptions { Reconnect = true, IsBrowser = true });
        using var enough = new CancellationTokenSource();
        var publishing = PublishAsync(cluster, ledger, enough.Token);
        var begun = TimeSpan.FromMilliseconds(Environment.TickCount64);

        for (var i = 0; i < 2; i++)
        {
            await cluster.RestartSiloAsync(i, s_options);
        }

        Assert.All(swarm.Subscribers, subscriber => Assert.Equal(1, subscriber.Connections));
        for (var i = 0; i < 2; i++)
        {
            await cluster.RestartFrontendAsync(i, s_options);
            await Eventually.SeeAsync("everybody back", () => swarm.Connected, connected => connected == Subscribers, s_return);
        }

        await enough.CancelAsync();
        await publishing;
        await ledger.WaitForTailAsync(s_return);
        var returns = swarm.Subscribers.SelectMany(subscriber => subscriber.Requested).Where(at => at > begun).ToList();
        var largest = returns.CountBy(at => at.Ticks / s_bucket.Ticks).Max(bucket => bucket.Value);
        var report = ledger.Verify();
        TestContext.Current.TestOutputHelper?.WriteLine($"{report}; {returns.Count} returns, at most {largest} within {s_bucket.TotalMilliseconds} ms");
        report.ThrowIfFaulty();
        Assert.Equal(0, report.Told);
        Assert.All(swarm.Subscribers, subscriber => Assert.False(subscriber.HasGivenUp, $"{subscriber.Name}: {subscriber.EndedBy}"));
        Assert.True(returns.Count >= Subscribers, $"Only {returns.Count} came back.");
        Assert.True(largest < 0.15 * returns.Count, $"{largest} of {returns.Count} came back within {s_bucket}.");
    }

    private static async Task PublishAsync(ProcessCluster cluster, DeliveryLedger ledger, CancellationToken enough)
    {
        await using var redis = await cluster.Redis.ConnectAsync();
        using var pace = new PeriodicTimer(s_tick);
        for (var n = 0; !enough.IsCancellationRequested; await pace.WaitForNextTickAsync(CancellationToken.None))
        {
            for (var i = 0; i < EventsATick; i++)
            {
                var channel = s_channels[n++ % s_channels.Length];
                await redis.PublishAsync(channel, ledger.NextPayload(channel));
            }
        }
    }
}
