using SseFabric.Cluster.Kit;
using SseFabric.TestKit.Delivery;
using SseFabric.TestKit.Waiting;

namespace SseFabric.Cluster.Processes;

/// <summary>Silos are ended as planned (SIGTERM), and their channels go on elsewhere; nobody is told of anything.</summary>
[Trait("Suite", "Cluster")]
[Trait("Needs", "redis-server")]
public sealed class PlannedMoveTests
{
    private const string ByHttp = "h";
    private const int Subscribers = 50;
    private const int SilosEnded = 4;
    private const int EventsATick = 10;
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan s_tail = TimeSpan.FromSeconds(30);
    private static readonly string[] s_channels = [.. Enumerable.Range(0, 5).Select(i => $"c{i}")];

    /// <summary>5 channels on one silo, which is ended four times after another has come: 20 moves, under 1,000 plain PUBLISH a second. And a sixth, on
    /// which an acknowledged publish over HTTP follows the other.</summary>
    [Theory]
    [InlineData("memory")]
    [InlineData("redis")]
    public async Task SiloEnded_PlainPublish_EveryEventOnceAndInOrder_NoGapTold(string store)
    {
        string[] options = ["--Fabric:Channels:0:Match=*", $"--Fabric:Channels:0:History:Store={store}"];
        await using var cluster = await ProcessCluster.StartAsync(1, 1, options);
        var ledger = new DeliveryLedger();
        await using var swarm = await SubscriberSwarm.ConnectAsync(ledger, Subscribers, _ => new SwarmTarget(cluster.Frontends[0].Address, [.. s_channels, ByHttp]));
        using var enough = new CancellationTokenSource();
        using var publisher = new AcknowledgedPublisher(ledger, ByHttp, [cluster.Frontends[0].Address]);
        var publishing = Task.WhenAll(PublishAsync(cluster, ledger, enough.Token), PublishAsync(publisher, enough.Token));

        for (var i = 0; i < SilosEnded; i++)
        {
            await cluster.AddSiloAsync(options);
            await WaitForEventsAsync(ledger, swarm, 1000);
            Assert.Equal(0, await cluster.Silos[i].TerminateAsync());
        }

        await WaitForEventsAsync(ledger, swarm, 1000);
        await enough.CancelAsync();
        await publishing;
        await ledger.WaitForTailAsync(s_tail);
        var report = ledger.Verify();
        TestContext.Current.TestOutputHelper?.WriteLine($"{report}; {ledger.PublishedOn(ByHttp)} over HTTP, {publisher.Refusals} sent again");
        report.ThrowIfFaulty();
        Assert.Equal(0, report.Told);
        swarm.ThrowIfBroken();
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

    private static async Task PublishAsync(AcknowledgedPublisher publisher, CancellationToken enough)
    {
        while (!enough.IsCancellationRequested)
        {
            await publisher.PublishAsync(TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Waits until everybody has got some more events of each channel.</summary>
    private static async Task WaitForEventsAsync(DeliveryLedger ledger, SubscriberSwarm swarm, int events)
    {
        var before = swarm.Subscribers.Min(subscriber => subscriber.Record.Arrived);
        await Eventually.SeeAsync(
            $"{events} more events at each subscriber",
            () => swarm.Subscribers.Min(subscriber => subscriber.Record.Arrived) - before,
            arrived => arrived >= events,
            s_tail,
            show: arrived => $"{arrived} have come; {ledger.Verify()}");
    }
}
