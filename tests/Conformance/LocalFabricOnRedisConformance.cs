using Microsoft.Extensions.Logging.Abstractions;
using SseFabric.Channels;
using SseFabric.Channels.Configuration;
using SseFabric.Channels.Sources;
using SseFabric.Channels.Sources.Redis;
using SseFabric.Contracts;
using SseFabric.TestKit.Conformance;
using SseFabric.TestKit.Fabric;
using SseFabric.TestKit.Redis;
using SseFabric.TestKit.Waiting;

namespace SseFabric.Conformance;

/// <summary><see cref="LocalFabric"/> that listens to a real redis-server.</summary>
[Trait("Needs", "redis-server")]
public sealed class LocalFabricOnRedisConformance : SourcedFabricConformance
{
    protected override async ValueTask<FabricUnderTest> CreateAsync(IReadOnlyList<ChannelRule> rules)
    {
        var server = await RedisServer.StartAsync();
        Assert.True(RedisEndpoints.TryParse(server.Configuration, out var endpoints, out var error), error);
        var gate = IngestGate.Default();
        var source = new RedisSource(endpoints, new ChannelRules(rules), gate, TimeProvider.System, NullLogger<RedisSource>.Instance);
        var underTest = new OnRedis(server, await server.ConnectAsync(), source, new LocalFabricParts(new FabricOptions { Channels = [.. rules] }, source, gate));
        source.Start();
        await Eventually.SeeAsync(
            "the source's connection",
            async () => (await underTest.Fabric.AttachAsync(ChannelName.Parse("probe"), 0, TestContext.Current.CancellationToken)).Outcome,
            outcome => outcome == AttachOutcome.Attached);
        return underTest;
    }

    private sealed class OnRedis(RedisServer server, RedisClient client, RedisSource source, LocalFabricParts parts) : FabricUnderTest
    {
        public override IChannelFabric Fabric => parts.Fabric;

        public override Task PublishThroughSourceAsync(string channel, IReadOnlyList<byte[]> payloads) =>
            client.PublishAllAsync(payloads.Select(payload => (channel, payload)));

        public override Task<long> SourceSubscriptionsAsync(string channel) => client.NumSubAsync(channel);

        public override async Task BreakSourceAsync() => Assert.Equal(1, await client.KillPubSubClientsAsync());

        public override async ValueTask DisposeAsync()
        {
            await parts.DisposeAsync();
            await source.DisposeAsync();
            await client.DisposeAsync();
            await server.DisposeAsync();
        }
    }
}
