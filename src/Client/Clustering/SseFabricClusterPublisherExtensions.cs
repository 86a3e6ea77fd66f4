using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans.Clustering.Redis;
using Orleans.Configuration;
using SseFabric.Channels.History.Redis;
using StackExchange.Redis;

namespace SseFabric.Client.Clustering;

/// <summary>Registers the publisher over Orleans.</summary>
public static class SseFabricClusterPublisherExtensions
{
    // Of the fabric's silos.
    private const string ServiceId = "sse-fabric";

    // A silo that was killed is gone from the table within 4 s.
    private static readonly TimeSpan s_gatewayRefresh = TimeSpan.FromSeconds(5);

    /// <summary>Adds <see cref="GrainChannelPublisher"/> as <see cref="IChannelPublisher"/>, unless there is one, over the Orleans client or silo that the
    /// application has.</summary>
    public static IServiceCollection AddSseFabricPublisher(this IServiceCollection services)
    {
        services.TryAddSingleton<IChannelPublisher>(provider => new GrainChannelPublisher(provider.GetRequiredService<IGrainFactory>()));
        return services;
    }

    /// <summary>Makes the application an Orleans client of a cluster of the fabric, and adds <see cref="GrainChannelPublisher"/> as
    /// <see cref="IChannelPublisher"/>, unless there is one.</summary>
    /// <remarks>The silos need a gateway (<c>Fabric:Cluster:GatewayPort</c>, 30000 unless set) that the application reaches. Once per application.</remarks>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Sets the options; they are checked before the application starts.</param>
    public static IServiceCollection AddSseFabricPublisher(this IServiceCollection services, Action<ClusterPublisherOptions> configure)
    {
        services.AddOptions<ClusterPublisherOptions>().Configure(configure).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ClusterPublisherOptions>, ClusterPublisherOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.AddOrleansClient(client =>
        {
            client.UseRedisClustering(_ => { });
            client.Configure<GatewayOptions>(gateways => gateways.GatewayListRefreshPeriod = s_gatewayRefresh);
        });
        services.AddSingleton<IClientConnectionRetryFilter>(provider =>
            new GatewayWait(provider.GetRequiredService<IOptions<ClusterPublisherOptions>>().Value, provider.GetRequiredService<TimeProvider>()));
        services.AddOptions<ClusterOptions>().Configure<IOptions<ClusterPublisherOptions>>((ids, publisher) =>
        {
            ids.ServiceId = ServiceId;
            ids.ClusterId = publisher.Value.ClusterId;
        });
        services.AddOptions<RedisClusteringOptions>().Configure<IOptions<ClusterPublisherOptions>>((redis, publisher) =>
        {
            redis.ConfigurationOptions = RedisCommandConfiguration.Options(publisher.Value.Redis, "sse-fabric-publisher");
            redis.CreateMultiplexer = async clustering => (await ConnectionMultiplexer.ConnectAsync(clustering.ConfigurationOptions!), IsShared: false);
        });
        return services.AddSseFabricPublisher();
    }
}
