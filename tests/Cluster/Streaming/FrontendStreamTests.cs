using Microsoft.Extensions.DependencyInjection;
using Orleans.Streams;
using SseFabric.Channels.Configuration;
using SseFabric.Cluster.Kit;
using SseFabric.Contracts;
using SseFabric.Contracts.Clustering;
using SseFabric.Grains.Streaming;
using SseFabric.TestKit.Conformance;
using SseFabric.TestKit.Waiting;

namespace SseFabric.Cluster.Streaming;

/// <summary>The frontend stream provider through Orleans' own stream interface.</summary>
public sealed class FrontendStreamTests
{
    [Fact]
    public async Task OnNextBatch_FromAnotherSilo_ReachesTheFrontendsSinkInOrder()
    {
        await using var cluster = await FabricCluster.StartAsync([ClusterRole.Channels, ClusterRole.Frontend]);
        var sink = new RecordingSink();
        cluster.Fabric(1).UseSink(sink);
        var stream = StreamTo(cluster, from: 0, to: 1);

        for (var i = 0; i < 100; i++)
        {
            await stream.OnNextBatchAsync([Batch("a", (2 * i) + 1), Batch("a", (2 * i) + 2)]);
        }

        var events = await Eventually.SeeAsync("200 events", () => sink.EventsOf("a"), events => events.Count == 200);
        Assert.Equal(Enumerable.Range(1, 200).Select(i => (long)i), events.Select(published => published.Cursor.Offset));
    }

    private static EventBatch Batch(string channel, long offset) =>
        new(ChannelName.Parse(channel), [new PublishedEvent(new Cursor(1, offset), 0, EventText.Event($"{offset}"))], new Cursor(1, offset));

    private static IAsyncStream<EventBatch> StreamTo(FabricCluster cluster, int from, int to) => cluster.Silos[from].ServiceProvider
        .GetRequiredKeyedService<IStreamProvider>(FrontendStreamExtensions.ProviderName)
        .GetStream<EventBatch>(StreamId.Create(IFrontendGrain.StreamNamespace, cluster.Address(to).ToParsableString()));
}
