using SseFabric.Channels.Configuration;
using SseFabric.Frontend.Hosting;
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

    /// <summary>The same with the options of the host's configuration. Call it before <c>AddSseFabric</c>, and change the options of both alike.</summary>
    /// <param name="builder">The host.</param>
    /// <param name="configure">Changes the options after the configuration has been read. Null: nothing is changed.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The section <c>Fabric</c> breaks a rule; it lists all that do.</exception>
    public static IHostApplicationBuilder AddSseFabricCluster(this IHostApplicationBuilder builder, Action<FabricOptions>? configure = null) =>
        builder.AddSseFabricCluster(FabricHostOptions.Read(builder.Configuration, configure, isClustered: true));
}
