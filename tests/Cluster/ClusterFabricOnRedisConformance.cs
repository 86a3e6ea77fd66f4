using Microsoft.Extensions.Logging.Abstractions;
using SseFabric.Channels.Configuration;
using SseFabric.Channels.Sources;
using SseFabric.Channels.Sources.Redis;
using SseFabric.Cluster.Kit;
using SseFabric.Contracts;
using SseFabric.TestKit.Conformance;
using SseFabric.TestKit.Redis;
using SseFabric.TestKit.Waiting;

namespace SseFabric.Cluster;

/// <summary>The cluster's fabric as a frontend sees it, with channels on another silo that listens to a real redis-server.</summary>
[Trait("Needs", "redis-server")]
public sealed class ClusterFabricOnRedisConformance : SourcedFabricConformance
{
    protected override async ValueTask<FabricUnderTest> CreateAsync(IReadOnlyList<ChannelRule> rules)
    {
        var server = await RedisServer.StartAsync();
        Assert.True(RedisEndpoints.TryParse(server.Configuration, out var endpoints, out var error), error);
        var source = new RedisSource(endpoints, new ChannelRules(rules), IngestGate.Default(), TimeProvider.System, NullLogger<RedisSource>.Instance);
        source.Start();
        var cluster = await FabricCluster.StartAsync([ClusterRole.Channels, ClusterRole.Frontend], rules, () => source);
        var underTest = new OnRedis(server, await server.ConnectAsync(), source, cluster);
        await Eventually.SeeAsync(
            "the source's connection",
            async () => (await underTest.Fabric.AttachAsync(ChannelName.Parse("probe"), 0, TestContext.Current.CancellationToken)).Outcome,
            outcome => outcome == AttachOutcome.Attached);
        return underTest;
    }

    private sealed class OnRedis(RedisServer server, RedisClient client, RedisSource source, FabricCluster cluster) : FabricUnderTest
    {
        public override IChannelFabric Fabric => cluster.Fabric(1);

        public override Task PublishThroughSourceAsync(string channel, IReadOnlyList<byte[]> payloads) =>
            client.PublishAllAsync(payloads.Select(payload => (channel, payload)));

        public override Task<long> SourceSubscriptionsAsync(string channel) => client.NumSubAsync(channel);

        public override async Task BreakSourceAsync() => Assert.Equal(1, await client.KillPubSubClientsAsync());

        public override async ValueTask DisposeAsync()
        {
            await cluster.DisposeAsync();
            await source.DisposeAsync();
            await client.DisposeAsync();
            await server.DisposeAsync();
        }
    }
}
