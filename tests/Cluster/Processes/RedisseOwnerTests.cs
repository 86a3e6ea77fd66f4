using System.Text;
using SseFabric.Cluster.Kit;
using SseFabric.TestKit.Delivery;
using SseFabric.TestKit.Redis;

namespace SseFabric.Cluster.Processes;

/// <summary>Histories of redisse's in a cluster: what redisse's own commands have published outlives the owner of the channel.</summary>
[Trait("Suite", "Cluster")]
[Trait("Needs", "redis-server")]
public sealed class RedisseOwnerTests
{
    /// <summary>Redisse keeps a hundred: what is published while nobody owns the channel stays below that.</summary>
    private const int Each = 40;

    private static readonly TimeSpan s_tail = TimeSpan.FromSeconds(60);
    private static readonly string[] s_channels = [.. Enumerable.Range(0, 6).Select(i => $"c{i}")];

    private static readonly string[] s_options =
        ["--Fabric:Stream:Retry=00:00:00.1", "--Fabric:Channels:0:Match=*", "--Fabric:Channels:0:History:Store=redisse"];

    /// <summary>Clients are cut, and a silo is killed among the commands of a publish: nothing is lost or out of order. Redisse's schema has no place for
    /// an epoch, so a new owner begins one: native streams are told so, and get again what redisse keeps.</summary>
    [Fact]
    public async Task OwnerKilled_WhileRedissePublishes_NothingIsLostAndRepeatsAreTold()
    {
        await using var cluster = await ProcessCluster.StartAsync(2, 2, s_options);
        await using var redis = await cluster.Redis.ConnectAsync();
        var publisher = new RedissePublisher(redis);
        var ledger = new DeliveryLedger();
        await using var swarm = await SubscriberSwarm.ConnectAsync(
            ledger, 24, i => new SwarmTarget(cluster.Frontends[i % 2].Address, s_channels[i % 6], s_channels[(i + 1 + (i / 6)) % 6]), new SwarmOptions { Reconnect = true });
        await PublishAsync(publisher, ledger, Each);
        await ledger.WaitForTailAsync(s_tail);

        var publishing = PublishAsync(publisher, ledger, Each);
        await cluster.Silos[0].Kill9Async();
        for (var i = 0; i < swarm.Subscribers.Count; i += 3)
        {
            swarm.Subscribers[i].Cut();
        }

        await publishing;
        await ledger.WaitForTailAsync(s_tail);
        await cluster.AddSiloAsync(s_options);
        await PublishAsync(publisher, ledger, Each);
        await ledger.WaitForTailAsync(s_tail);

        var report = ledger.Verify();
        TestContext.Current.TestOutputHelper?.WriteLine($"{report}; {swarm.Subscribers.Sum(subscriber => subscriber.Connections)} connections");
        Assert.Equal(0, report.Lost);
        Assert.DoesNotContain(report.Faults, fault => fault.Kind is FaultKind.Disorder or FaultKind.Foreign);
        Assert.True(report.Told > 0 || report.Faults.Count == 0, $"{report}");
    }

    private static async Task PublishAsync(RedissePublisher publisher, DeliveryLedger ledger, int each)
    {
        for (var i = 0; i < each; i++)
        {
            foreach (var channel in s_channels)
            {
                await publisher.PublishAsync(channel, Encoding.ASCII.GetString(ledger.NextPayload(channel)));
            }
        }
    }
}
