using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using SseFabric.Channels.History;
using SseFabric.Channels.Sources;
using SseFabric.Channels.Stats;

namespace SseFabric.Channels.Hosting;

/// <summary>Registers what a process that owns channels puts before them.</summary>
public static class ChannelIntakesServiceCollectionExtensions
{
    /// <summary>Adds the intakes of channels and the stores of their histories. Idempotent.</summary>
    public static IServiceCollection AddChannelIntakes(this IServiceCollection services)
    {
        services.AddMetrics();
        services.TryAddSingleton(_ => IngestGate.Default());
        services.TryAddSingleton<OwnedChannels>();
        services.TryAddSingleton<HistoryStores>();
        services.TryAddSingleton<HistoryMetrics>();
        services.TryAddSingleton<SourceMetrics>();
        services.AddHostedService<ChannelMetrics>();
        services.TryAddSingleton<ChannelIntakes>();
        services.AddHostedService<GraphiteExporter>();
        return services;
    }
}
