using SseFabric.Cluster.Kit;
using SseFabric.TestKit.Delivery;

namespace SseFabric.Cluster.Processes;

/// <summary>500 subscribers on 2 silos x 2 frontends, cut at random while publishing goes on: every event reaches each of them once, in order.</summary>
[Trait("Suite", "Cluster")]
[Trait("Needs", "redis-server")]
public sealed class ReconnectLedgerTests
{
    private const int Subscribers = 500;
    private const int Rounds = 400;
    private static readonly TimeSpan s_pace = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan s_tail = TimeSpan.FromSeconds(60);
    private static readonly string[] s_channels = [.. Enumerable.Range(0, 10).Select(i => $"c{i}")];

    /// <summary>Plain PUBLISH; clients are cut, a frontend is killed and started again. The owners live, so nothing may be lost or told as lost.</summary>
    [Fact]
    public async Task ClientsCutAndFrontendKilled_EveryEventOnceAndInOrder_NoGapTold()
    {
        string[] options = Options("memory");
        await using var cluster = await ProcessCluster.StartAsync(2, 2, options);
        var ledger = new DeliveryLedger();
        await using var swarm = await ConnectAsync(cluster, ledger);
        await using var redis = await cluster.Redis.ConnectAsync();
        var random = new Random(20261121);
        var replaced = Task.CompletedTask;

        for (var round = 0; round < Rounds; round++)
        {
            foreach (var channel in s_channels)
            {
                await redis.PublishAsync(channel, ledger.NextPayload(channel));
            }

            CutSome(swarm, random);
            if (round == Rounds / 4)
            {
                await cluster.KillFrontendAsync(1);
            }
            else if (round == Rounds / 2)
            {
                replaced = cluster.ReplaceFrontendAsync(1, options);
            }

            await Task.Delay(s_pace, TimeProvider.System, TestContext.Current.CancellationToken);
        }

        await replaced;
        await ledger.WaitForTailAsync(s_tail);
        Show(ledger, swarm, refusals: 0).ThrowIfFaulty();
    }

    /// <summary>Histories in Redis, published over HTTP with acknowledgements; besides clients and a frontend, a silo is killed, which owns channels.</summary>
    [Fact]
    public async Task OwnerKilledToo_StoreRedis_EveryAcknowledgedEventOnceAndInOrder()
    {
        string[] options = Options("redis");
        await using var cluster = await ProcessCluster.StartAsync(2, 2, options);
        var ledger = new DeliveryLedger();
        await using var swarm = await ConnectAsync(cluster, ledger);
        var publishers = s_channels.Select(channel => new AcknowledgedPublisher(ledger, channel, [.. cluster.Frontends.Select(frontend => frontend.Address)])).ToList();
        var random = new Random(20261122);
        var started = Task.CompletedTask;

        for (var round = 0; round < Rounds; round++)
        {
            await Task.WhenAll(publishers.Select(publisher => publisher.PublishAsync(TestContext.Current.CancellationToken)));
            CutSome(swarm, random);
            switch (round)
            {
                case Rounds / 5:
                    await cluster.KillFrontendAsync(1);
                    break;
                case 2 * Rounds / 5:
                    started = cluster.ReplaceFrontendAsync(1, options);
                    break;
                case 3 * Rounds / 5:
                    await started;

                    // While a publish of each channel is under way.
                    var publishing = Task.WhenAll(publishers.Select(publisher => publisher.PublishAsync(TestContext.Current.CancellationToken)));
                    await cluster.Silos[0].Kill9Async();
                    await publishing;
                    started = cluster.AddSiloAsync(options);
                    break;
            }
        }

        await started;
        await ledger.WaitForTailAsync(s_tail);
        publishers.ForEach(publisher => publisher.Dispose());
        Show(ledger, swarm, publishers.Sum(publisher => publisher.Refusals)).ThrowIfFaulty();
    }

    /// <summary>Power is lost: every process is killed, and started again.</summary>
    [Fact]
    public async Task AllKilled_StoreRedis_ResumesExactlyAndIsToldNothing()
    {
        string[] options = Options("redis");
        await using var cluster = await ProcessCluster.StartAsync(1, 1, options);
        var ledger = new DeliveryLedger();
        using var publisher = new AcknowledgedPublisher(ledger, "c0", [cluster.Frontends[0].Address]);
        await using var swarm = await SubscriberSwarm.ConnectAsync(
            ledger, 10, _ => new SwarmTarget(cluster.Frontends[0].Address, "c0"), new SwarmOptions { Reconnect = true });
        await PublishAsync(publisher, 100);
        await ledger.WaitForTailAsync(s_tail);

        await Task.WhenAll(cluster.Silos[0].Kill9Async(), cluster.KillFrontendAsync(0));
        await cluster.AddSiloAsync(options);
        await cluster.ReplaceFrontendAsync(0, options);
        await PublishAsync(publisher, 100);

        await ledger.WaitForTailAsync(s_tail);
        Show(ledger, swarm, publisher.Refusals).ThrowIfFaulty();
    }

    private static async Task PublishAsync(AcknowledgedPublisher publisher, int count)
    {
        for (var i = 0; i < count; i++)
        {
            await publisher.PublishAsync(TestContext.Current.CancellationToken);
        }
    }

    private static string[] Options(string store) =>
    [
        "--Fabric:Stream:Retry=00:00:00.1", "--Fabric:Channels:0:Match=*", $"--Fabric:Channels:0:History:Store={store}",
        "--Fabric:Channels:0:History:Count=100000", "--Fabric:Channels:0:History:MaxBytes=100000000",
    ];

    private static Task<SubscriberSwarm> ConnectAsync(ProcessCluster cluster, DeliveryLedger ledger)
    {
        var random = new Random(7);
        return SubscriberSwarm.ConnectAsync(
            ledger,
            Subscribers,
            i => new SwarmTarget(cluster.Frontends[i % 2].Address, random.GetItems(s_channels, 1 + (i % 5)).Distinct().ToArray())
            {
                Others = [cluster.Frontends[(i + 1) % 2].Address],
            },
            new SwarmOptions { Reconnect = true });
    }

    private static void CutSome(SubscriberSwarm swarm, Random random)
    {
        for (var cuts = random.Next(10); cuts > 0; cuts--)
        {
            swarm.Subscribers[random.Next(swarm.Subscribers.Count)].Cut();
        }
    }

    private static LedgerReport Show(DeliveryLedger ledger, SubscriberSwarm swarm, int refusals)
    {
        var report = ledger.Verify();
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{report}; {swarm.Subscribers.Sum(subscriber => subscriber.Connections)} connections, {refusals} publishes sent again");
        return report;
    }
}
