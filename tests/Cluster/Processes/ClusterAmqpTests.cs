using SseFabric.Cluster.Kit;
using SseFabric.TestKit.Amqp;
using SseFabric.TestKit.Delivery;
using SseFabric.TestKit.Http;

namespace SseFabric.Cluster.Processes;

/// <summary>Channels whose messages come from a broker, in a cluster.</summary>
[Trait("Suite", "Cluster")]
[Trait("Needs", "rabbitmq-server")]
public sealed class ClusterAmqpTests
{
    private static readonly string[] s_channels = [.. Enumerable.Range(0, 12).Select(i => $"c{i}")];

    [Fact]
    public async Task Publish_ReachesBothFrontends_OverOneBindingAChannel()
    {
        await using var rabbit = await RabbitServer.StartAsync();
        await using var cluster = await ProcessCluster.StartAsync(
            2, 2, $"--Fabric:Servers:rabbit={rabbit.Url("events")}", "--Fabric:Channels:0:Match=c*", "--Fabric:Channels:0:Server=rabbit");
        await using var publisher = await rabbit.ConnectAsync();
        var ledger = new DeliveryLedger();
        await using var swarm = await SubscriberSwarm.ConnectAsync(ledger, 48, i => new SwarmTarget(cluster.Frontends[i % 2].Address, s_channels[i % 12], s_channels[(i + 1) % 12]));

        Assert.Equal(s_channels.Order(), (await rabbit.BindingsAsync("events")).Order());
        Assert.Equal(2, await rabbit.ConnectionsAsync("sse-fabric@"));
        await publisher.PublishAllAsync("events", Enumerable.Range(0, 6000).Select(i => (s_channels[i % 12], ledger.NextPayload(s_channels[i % 12]))));
        await ledger.WaitForTailAsync(TimeSpan.FromSeconds(60));

        swarm.ThrowIfBroken();
        ledger.Verify().ThrowIfFaulty();

        // Channels of the cluster's Redis are as before.
        await using var redis = await cluster.Redis.ConnectAsync();
        await using var client = await SseClient.JoinAsync(cluster.Frontends[0].Events("other"));
        Assert.Equal(1, await redis.PublishAsync("other", "hello"));
        Assert.Equal("hello", (await client.NextAsync()).Text);
    }
}
