using SseFabric.Channels.Configuration;
using SseFabric.Grains.Hosting;

namespace SseFabric.Frontend.Clustering;

/// <summary>Puts a frontend on Orleans.</summary>
public static class SseFabricClusterExtensions
{
    /// <summary>Makes this process an Orleans silo, of a cluster or alone, whose channels the frontend serves. Call it before <c>AddSseFabric</c>.</summary>
    /// <param name="builder">The host.</param>
    /// <param name="options">Validated options.</param>
    public static IHostApplicationBuilder AddSseFabricCluster(this IHostApplicationBuilder builder, FabricOptions options) =>
        builder.UseOrleans(silo => silo.UseSseFabric(options, options.Cluster.Role ?? ClusterRole.All));
}
