using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using SseFabric.Channels.Configuration;
using SseFabric.Channels.Hosting;
using SseFabric.Contracts;
using SseFabric.Contracts.Stats;
using SseFabric.Frontend.Authorization;
using SseFabric.Frontend.Dashboard;
using SseFabric.Frontend.Endpoints;
using SseFabric.Frontend.Engine;
using SseFabric.Frontend.HandOff;
using SseFabric.Frontend.HandOff.Grip;
using SseFabric.Frontend.Management;
using SseFabric.Frontend.Management.Metrics;
using SseFabric.Frontend.Profiles;
using SseFabric.Frontend.Publishing;
using SseFabric.Frontend.Routing;
using SseFabric.Frontend.Subscribers;

namespace SseFabric.Frontend.Hosting;

/// <summary>Registers what a frontend is made of.</summary>
public static class SseFabricServiceCollectionExtensions
{
    /// <summary>Adds the frontend and, unless a cluster's is registered, the fabric of this process, with the options of the host's configuration.</summary>
    /// <remarks>
    /// The section <c>Fabric</c> is read as strictly as the program reads it, when the host starts: every error at once, as an
    /// <see cref="OptionsValidationException"/>.
    /// </remarks>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Changes the options after the configuration has been read. Null: nothing is changed.</param>
    public static IServiceCollection AddSseFabric(this IServiceCollection services, Action<FabricOptions>? configure = null)
    {
        var isClustered = services.Any(service => service.ServiceType == typeof(IChannelFabric));
        services.TryAddSingleton(provider => FabricHostOptions.Read(provider.GetService<IConfiguration>(), configure, isClustered));
        return services.AddFrontend();
    }

    /// <summary>Adds the frontend and, unless a cluster's is registered, the fabric of this process.</summary>
    /// <exception cref="OptionsValidationException"><paramref name="options"/> break a rule; it lists all that do.</exception>
    public static IServiceCollection AddSseFabric(this IServiceCollection services, FabricOptions options)
    {
        FabricHostOptions.Check(options);
        services.TryAddSingleton(options);
        return services.AddFrontend();
    }

    /// <summary>Has Kestrel's connections accepted, and the streams of HTTP/1 written, by the fabric's own loops instead of the server's: at a fraction of the cost a delivery and of the memory a subscriber.</summary>
    /// <remarks>Before <see cref="AddSseFabric(IServiceCollection, FabricOptions)"/>. On Linux, x86-64 and arm64; elsewhere nothing changes. Streams over TLS or HTTP/2 stay with the server.</remarks>
    public static IServiceCollection AddSseFabricEngine(this IServiceCollection services)
    {
        if (Libc.IsKnown)
        {
            services.AddSingleton(provider => CreateLoops(provider, (index, options, revoked, metrics, time, logger) => new EngineLoop(index, options, revoked, metrics, time, logger)));
            services.AddSingleton<IConnectionListenerFactory, EngineTransportFactory>();
        }

        return services;
    }

    private static IServiceCollection AddFrontend(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(provider => ChannelRules.Of(provider.GetRequiredService<FabricOptions>()));
        services.TryAddSingleton<MessageOrigins>();
        services.TryAddSingleton<FrontendState>();
        services.AddLocalFabric();
        services.AddRespDoor();
        services.AddAuth();
        services.AddSubscribers();
        services.AddHandOff();
        services.AddPublishing();
        services.AddRoutes();
        services.AddManagement();
        services.AddHostedService<FrontendLifetime>();
        return services;
    }

    private static void AddAuth(this IServiceCollection services)
    {
        services.TryAddSingleton<RevokedTokens>();
        services.TryAddSingleton(provider => provider.GetRequiredService<FabricOptions>().Auth);
        services.TryAddSingleton<TokenAuthority>();
        services.TryAddSingleton<JwtSubscribeAuthorizer>();
        services.TryAddSingleton<StreamAuthorization>();
    }

    private static void AddManagement(this IServiceCollection services)
    {
        services.TryAddSingleton(provider => provider.GetRequiredService<FabricOptions>().Management);
        services.TryAddSingleton<ManagementAccess>();
        services.TryAddSingleton<DisconnectEndpoint>();
        services.TryAddSingleton<StatsEndpoint>();
        services.TryAddSingleton<MetricsCollector>();
        services.TryAddSingleton<IFrontendReport, FrontendReport>();
        services.TryAddSingleton<DashboardFeed>();
        services.TryAddSingleton<DashboardStream>();
        services.TryAddSingleton<DashboardChannels>();
        services.TryAddSingleton<DashboardTail>();
    }

    private static void AddSubscribers(this IServiceCollection services)
    {
        services.AddCors();
        services.TryAddSingleton(provider => provider.GetRequiredService<FabricOptions>().Stream);
        services.TryAddSingleton(provider => provider.GetRequiredService<FabricOptions>().Drain);
        services.TryAddSingleton(provider => new ClientAddress(provider.GetRequiredService<FabricOptions>().KnownProxies));
        services.TryAddSingleton<SubscriberLimits>();
        services.TryAddSingleton<FrontendMetrics>();
        services.TryAddSingleton(provider => CreateLoops(provider, (index, options, revoked, metrics, time, logger) => new DeliveryLoop(index, options, revoked, metrics, time, logger)));
        services.TryAddSingleton<FanOut>();
        services.TryAddSingleton<StreamProfiles>();
        services.TryAddSingleton<StreamCors>();
        services.TryAddSingleton<StreamServer>();
        services.TryAddSingleton<StreamEndpoint>();
        services.TryAddSingleton<CycloneEndpoint>();
        services.TryAddSingleton<RedisseEndpoint>();
    }

    private delegate DeliveryLoop LoopFactory(
        int index, StreamOptions options, RevokedTokens revoked, FrontendMetrics metrics, TimeProvider time, ILogger<DeliveryLoop> logger);

    // One for each core.
    private static DeliveryLoops CreateLoops(IServiceProvider provider, LoopFactory create)
    {
        var options = provider.GetRequiredService<StreamOptions>();
        var revoked = provider.GetRequiredService<RevokedTokens>();
        var metrics = provider.GetRequiredService<FrontendMetrics>();
        var time = provider.GetRequiredService<TimeProvider>();
        var logger = provider.GetRequiredService<ILogger<DeliveryLoop>>();
        return new DeliveryLoops([.. Enumerable.Range(0, Environment.ProcessorCount).Select(index => create(index, options, revoked, metrics, time, logger))]);
    }

    private static void AddHandOff(this IServiceCollection services)
    {
        services.TryAddSingleton(provider => provider.GetRequiredService<FabricOptions>().HandOff);
        services.TryAddSingleton<ForwardedHeaders>();
        services.TryAddSingleton<HandOffHeaders>();
        services.TryAddSingleton<UpstreamRequest>();
        services.TryAddSingleton<UpstreamClient>();
        services.TryAddSingleton<GripProfiles>();
        services.TryAddSingleton<GripServer>();
        services.TryAddSingleton<HandOffEndpoint>();
        services.TryAddSingleton<HandOffServer>();
        services.TryAddSingleton<HostEndpoint>();
        services.TryAddSingleton<RedirectAccess>();
        services.TryAddSingleton<RedirectEndpoint>();
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
            return new RouteTable(options.Routes, provider.GetRequiredService<StreamProfiles>(), options.Profile, provider.GetRequiredService<ClientAddress>());
        });
        services.TryAddSingleton<FirstPaths>();
        services.TryAddSingleton<RouteEndpoints>();
        services.TryAddSingleton<RouteStreamEndpoint>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IStartupFilter, RouteStartupFilter>());
    }
}
