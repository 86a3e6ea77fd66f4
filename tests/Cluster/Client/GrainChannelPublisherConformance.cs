using SseFabric.Client;
using SseFabric.TestKit.Client;
using SseFabric.TestKit.Http;

namespace SseFabric.Cluster.Client;

/// <summary>Over the Orleans client to a cluster of real processes.</summary>
[Trait("Needs", "redis-server")]
public sealed class GrainChannelPublisherConformance(GrainPublisherFixture fixture) : ChannelPublisherConformance, IClassFixture<GrainPublisherFixture>
{
    protected override ValueTask<PublisherUnderTest> CreateAsync() => ValueTask.FromResult<PublisherUnderTest>(new OverOrleans(fixture));

    private sealed class OverOrleans(GrainPublisherFixture fixture) : PublisherUnderTest
    {
        public override IChannelPublisher Publisher => fixture.Publisher;

        public override async Task<IArrivals> FollowAsync(string channel) =>
            new StreamArrivals(await SseClient.JoinAsync(fixture.Cluster.Frontends[0].Events(channel)));

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
