using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using SseFabric.Channels.Sources;
using SseFabric.Channels.Stats;
using SseFabric.Contracts;
using SseFabric.Contracts.Stats;

namespace SseFabric.Channels.Hosting;

/// <summary>Registers the fabric of one process.</summary>
public static class LocalFabricServiceCollectionExtensions
{
    /// <summary>Adds the sources and, unless another fabric is registered, <see cref="LocalFabric"/>.</summary>
    public static IServiceCollection AddLocalFabric(this IServiceCollection services)
    {
        services.TryAddSingleton(_ => IngestGate.Default());
        services.TryAddSingleton<ChannelSources>();
        services.TryAddSingleton<IChannelSource>(provider => provider.GetRequiredService<ChannelSources>());
        if (services.Any(service => service.ServiceType == typeof(IChannelFabric)))
        {
            return services;
        }

        services.AddChannelIntakes();
        services.AddSingleton<LocalFabric>();
        services.AddSingleton<IFabricStats, LocalStats>();
        services.AddSingleton<IChannelFabric>(provider => provider.GetRequiredService<LocalFabric>());
        services.AddHostedService<LocalFabricLifetime>();
        return services;
    }
}
