using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Clustering.Redis;

namespace SseFabric.Grains.Membership;

/// <summary>Lets silos find each other through Redis.</summary>
internal static class RedisMembershipExtensions
{
    /// <summary>Uses Orleans' Redis clustering on <see cref="ClusterRedis"/>, with <see cref="LastingMembershipTable"/> around its table.</summary>
    public static ISiloBuilder UseLastingRedisClustering(this ISiloBuilder silo, string configuration)
    {
        silo.Services.AddSingleton(new ClusterRedis(configuration));
        silo.Services.AddOptions<RedisClusteringOptions>().Configure<ClusterRedis>((options, redis) =>
        {
            options.ConfigurationOptions = redis.Options();
            options.CreateMultiplexer = async _ => (await redis.ConnectAsync(), IsShared: true);
        });
        silo.UseRedisClustering(_ => { });
        var table = silo.Services.Last(service => service.ServiceType == typeof(IMembershipTable));
        silo.Services.Remove(table);
        silo.Services.AddSingleton<IMembershipTable>(services =>
            ActivatorUtilities.CreateInstance<LastingMembershipTable>(services, (IMembershipTable)table.ImplementationFactory!(services)));
        return silo;
    }
}
