using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using SseFabric.Channels.Configuration;

namespace SseFabric.Channels.Hosting;

/// <summary>Registers the listener for publishers that speak the Redis protocol.</summary>
public static class RespDoorServiceCollectionExtensions
{
    /// <summary>Adds the door; it opens and closes with the host.</summary>
    public static IServiceCollection AddRespDoor(this IServiceCollection services)
    {
        services.TryAddSingleton(provider => provider.GetRequiredService<FabricOptions>().RespDoor);
        services.TryAddSingleton<RespDoor.RespDoor>();
        services.AddHostedService<RespDoorLifetime>();
        return services;
    }
}
