using System.Diagnostics.Metrics;
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

/// <summary>The cluster's fabric as a frontend sees it, with channels on another silo and their histories in a real redis-server.</summary>
[Trait("Needs", "redis-server")]
public sealed class ClusterFabricRecordedConformance : RecordedFabricConformance
{
    protected override async ValueTask<FabricUnderTest> CreateAsync(IReadOnlyList<ChannelRule> rules)
    {
        var server = await RedisServer.StartAsync();
        var underTest = new InRedis(server, await server.ConnectAsync(), Recorded(rules));
        await underTest.StartAsync();
        return underTest;
    }

    private sealed class InRedis(RedisServer server, RedisClient client, IReadOnlyList<ChannelRule> rules) : FabricUnderTest
    {
        private RedisSource _source = null!;
        private FabricCluster _cluster = null!;
        private MetricRecorder _counted = null!;

        public override IChannelFabric Fabric => _cluster.Fabric(1);

        public override RedisServer Server => server;

        public override MetricRecorder Counted => _counted;

        public async Task StartAsync()
        {
            Assert.True(RedisEndpoints.TryParse(server.Configuration, out var endpoints, out var error), error);
            _source = new RedisSource(endpoints, new ChannelRules(rules), IngestGate.Default(), TimeProvider.System, NullLogger<RedisSource>.Instance);
            _source.Start();
            _cluster = await FabricCluster.StartAsync([ClusterRole.Channels, ClusterRole.Frontend], rules, () => _source, server.Configuration);
            _counted = new MetricRecorder(_cluster.Service<IMeterFactory>(0));
            await Eventually.SeeAsync(
                "the source's connection",
                async () => (await Fabric.AttachAsync(ChannelName.Parse("probe"), 0, TestContext.Current.CancellationToken)).Outcome,
                outcome => outcome == AttachOutcome.Attached);
        }

        public override async Task RestartAsync()
        {
            await StopAsync();
            await StartAsync();
        }

        public override Task PublishThroughSourceAsync(string channel, IReadOnlyList<byte[]> payloads) =>
            client.PublishAllAsync(payloads.Select(payload => (channel, payload)));

        public override Task<long> SourceSubscriptionsAsync(string channel) => client.NumSubAsync(channel);

        public override async Task BreakSourceAsync() => Assert.Equal(1, await client.KillPubSubClientsAsync());

        public override async ValueTask DisposeAsync()
        {
            await StopAsync();
            await client.DisposeAsync();
            await server.DisposeAsync();
        }

        private async Task StopAsync()
        {
            _counted.Dispose();
            await _cluster.DisposeAsync();
            await _source.DisposeAsync();
        }
    }
}
