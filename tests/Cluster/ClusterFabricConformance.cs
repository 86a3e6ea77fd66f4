using SseFabric.Channels.Configuration;
using SseFabric.Cluster.Kit;
using SseFabric.Contracts;
using SseFabric.TestKit.Conformance;

namespace SseFabric.Cluster;

/// <summary>The cluster's fabric as a frontend sees it whose channels are on another silo.</summary>
public sealed class ClusterFabricConformance : ChannelFabricConformance
{
    protected override async ValueTask<FabricUnderTest> CreateAsync(IReadOnlyList<ChannelRule> rules) =>
        new Clustered(await FabricCluster.StartAsync([ClusterRole.Channels, ClusterRole.Frontend], rules));

    private sealed class Clustered(FabricCluster cluster) : FabricUnderTest
    {
        public override IChannelFabric Fabric => cluster.Fabric(1);

        public override ValueTask DisposeAsync() => cluster.DisposeAsync();
    }
}
