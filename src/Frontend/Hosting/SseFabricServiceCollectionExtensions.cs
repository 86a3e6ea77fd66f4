using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using SseFabric.Channels.Configuration;
using SseFabric.Channels.Hosting;
using SseFabric.Frontend.Endpoints;
using SseFabric.Frontend.Profiles;
using SseFabric.Frontend.Publishing;
using SseFabric.Frontend.Routing;
using SseFabric.Frontend.Subscribers;

namespace SseFabric.Frontend.Hosting;

/// <summary>Registers what a frontend is made of.</summary>
public static class SseFabricServiceCollectionExtensions
{
    /// <summary>Adds the frontend and, unless a cluster's is registered, the fabric of this process.</summary>
    /// <exception cref="OptionsValidationException"><paramref name="options"/> break a rule; it lists all that do.</exception>
    public static IServiceCollection AddSseFabric(this IServiceCollection services, FabricOptions options)
    {
        var errors = new List<OptionError>();
        FabricOptionsReader.Check(options, FabricProgram.Frontend, errors);
        if (errors.Count > 0)
        {
            throw new OptionsValidationException(FabricOptions.SectionName, typeof(FabricOptions), errors.Select(error => error.ToString()));
        }

        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(options);
        services.TryAddSingleton(ChannelRules.Of(options));
        services.TryAddSingleton<MessageOrigins>();
        services.TryAddSingleton<FrontendState>();
        services.AddLocalFabric();
        services.AddRespDoor();
        services.AddSubscribers();
        services.AddPublishing();
        services.AddRoutes();
        services.AddHostedService<FrontendLifetime>();
        return services;
    }

    private static void AddSubscribers(this IServiceCollection services)
    {
        services.AddCors();
        services.TryAddSingleton(provider => provider.GetRequiredService<FabricOptions>().Stream);
        services.TryAddSingleton(provider => provider.GetRequiredService<FabricOptions>().Drain);
        services.TryAddSingleton(provider => new ClientAddress(provider.GetRequiredService<FabricOptions>().KnownProxies));
        services.TryAddSingleton<SubscriberLimits>();
        services.TryAddSingleton<FrontendMetrics>();
        services.TryAddSingleton<FanOut>();
        services.TryAddSingleton<StreamProfiles>();
        services.TryAddSingleton<StreamServer>();
        services.TryAddSingleton<StreamEndpoint>();
        services.TryAddSingleton<CycloneEndpoint>();
    }

    private static void AddPublishing(this IServiceCollection services)
    {
        services.TryAddSingleton(provider => provider.GetRequiredService<FabricOptions>().Publish);
        services.TryAddSingleton<PublishAccess>();
        services.TryAddSingleton<PublishCors>();
        services.TryAddSingleton<BodyGate>();
        services.TryAddSingleton<PublishEndpoint>();
    }

    private static void AddRoutes(this IServiceCollection services)
    {
        services.TryAddSingleton(provider =>
        {
            var options = provider.GetRequiredService<FabricOptions>();
            return new RouteTable(options.Routes, provider.GetRequiredService<StreamProfiles>(), options.Profile);
        });
        services.TryAddSingleton<FirstPaths>();
        services.TryAddSingleton<RouteEndpoints>();
        services.TryAddSingleton<RouteStreamEndpoint>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IStartupFilter, RouteStartupFilter>());
    }
}
