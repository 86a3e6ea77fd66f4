using Microsoft.Extensions.Logging.Abstractions;
using SseFabric.Channels.Configuration;
using SseFabric.Channels.Sources;
using SseFabric.Channels.Sources.Redis;
using SseFabric.Contracts;
using SseFabric.TestKit.Conformance;
using SseFabric.TestKit.Fabric;
using SseFabric.TestKit.Redis;
using SseFabric.TestKit.Waiting;

namespace SseFabric.Conformance;

/// <summary>The fabric of one process with histories in a real redis-server.</summary>
[Trait("Needs", "redis-server")]
public sealed class LocalFabricRecordedConformance : RecordedFabricConformance
{
    protected override async ValueTask<FabricUnderTest> CreateAsync(IReadOnlyList<ChannelRule> rules)
    {
        var server = await RedisServer.StartAsync();
        var underTest = new InRedis(server, await server.ConnectAsync(), new FabricOptions { Redis = server.Configuration, Channels = [.. Recorded(rules)] });
        await underTest.StartAsync();
        return underTest;
    }

    private sealed class InRedis(RedisServer server, RedisClient client, FabricOptions options) : FabricUnderTest
    {
        private RedisSource _source = null!;
        private LocalFabricParts _parts = null!;

        public override IChannelFabric Fabric => _parts.Fabric;

        public override RedisServer Server => server;

        public override MetricRecorder Counted => _parts.Counted;

        public async Task StartAsync()
        {
            Assert.True(RedisEndpoints.TryParse(server.Configuration, out var endpoints, out var error), error);
            var gate = IngestGate.Default();
            _source = new RedisSource(endpoints, new ChannelRules(options.Channels), gate, TimeProvider.System, NullLogger<RedisSource>.Instance);
            _parts = new LocalFabricParts(options, _source, gate);
            _source.Start();
            await Eventually.SeeAsync(
                "the source's connection",
                async () => (await Fabric.AttachAsync(ChannelName.Parse("probe"), 0, TestContext.Current.CancellationToken)).Outcome,
                outcome => outcome == AttachOutcome.Attached);
        }

        public override async Task RestartAsync()
        {
            await _source.DisposeAsync();
            await _parts.DisposeAsync();
            await StartAsync();
        }

        public override Task PublishThroughSourceAsync(string channel, IReadOnlyList<byte[]> payloads) =>
            client.PublishAllAsync(payloads.Select(payload => (channel, payload)));

        public override Task<long> SourceSubscriptionsAsync(string channel) => client.NumSubAsync(channel);

        public override async Task BreakSourceAsync() => Assert.Equal(1, await client.KillPubSubClientsAsync());

        public override async ValueTask DisposeAsync()
        {
            await _source.DisposeAsync();
            await _parts.DisposeAsync();
            await client.DisposeAsync();
            await server.DisposeAsync();
        }
    }
}
