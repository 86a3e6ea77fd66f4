using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using SseFabric.Client.Http;
using SseFabric.Client.Recording;
using SseFabric.Client.Redis;

namespace SseFabric.Client.Hosting;

/// <summary>Registers publishers.</summary>
public static class SseFabricClientServiceCollectionExtensions
{
    /// <summary>Adds <see cref="HttpChannelPublisher"/> as <see cref="IChannelPublisher"/>, unless there is one.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Sets the options; they are checked before the application starts. Null: the defaults.</param>
    public static IServiceCollection AddSseFabricHttpPublisher(this IServiceCollection services, Action<HttpPublisherOptions>? configure = null)
    {
        services.AddOptions<HttpPublisherOptions>().Configure(configure ?? (_ => { })).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<HttpPublisherOptions>, HttpPublisherOptionsValidator>());
        services.TryAddSingleton<IChannelPublisher>(provider =>
            new HttpChannelPublisher(provider.GetRequiredService<IOptions<HttpPublisherOptions>>().Value, provider.GetService<TimeProvider>()));
        return services;
    }

    /// <summary>Adds <see cref="RedisChannelPublisher"/> as <see cref="IChannelPublisher"/>, unless there is one.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Sets the options; they are checked before the application starts. Null: the defaults.</param>
    public static IServiceCollection AddSseFabricRedisPublisher(this IServiceCollection services, Action<RedisPublisherOptions>? configure = null)
    {
        services.AddOptions<RedisPublisherOptions>().Configure(configure ?? (_ => { })).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<RedisPublisherOptions>, RedisPublisherOptionsValidator>());
        services.TryAddSingleton<IChannelPublisher>(provider =>
            new RedisChannelPublisher(provider.GetRequiredService<IOptions<RedisPublisherOptions>>().Value));
        return services;
    }

    /// <summary>Adds <see cref="RedisHistoryPublisher"/> as <see cref="IChannelPublisher"/>, unless there is one.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Sets the options; they are checked before the application starts. Null: the defaults.</param>
    public static IServiceCollection AddSseFabricRedisHistoryPublisher(this IServiceCollection services, Action<RedisPublisherOptions>? configure = null)
    {
        services.AddOptions<RedisPublisherOptions>().Configure(configure ?? (_ => { })).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<RedisPublisherOptions>, RedisPublisherOptionsValidator>());
        services.TryAddSingleton<IChannelPublisher>(provider =>
            new RedisHistoryPublisher(provider.GetRequiredService<IOptions<RedisPublisherOptions>>().Value, provider.GetService<TimeProvider>()));
        return services;
    }

    /// <summary>Adds <see cref="RedisseChannelPublisher"/> as <see cref="IChannelPublisher"/>, unless there is one.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Sets the options; they are checked before the application starts. Null: the defaults.</param>
    public static IServiceCollection AddSseFabricRedissePublisher(this IServiceCollection services, Action<RedisPublisherOptions>? configure = null)
    {
        services.AddOptions<RedisPublisherOptions>().Configure(configure ?? (_ => { })).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<RedisPublisherOptions>, RedisPublisherOptionsValidator>());
        services.TryAddSingleton<IChannelPublisher>(provider =>
            new RedisseChannelPublisher(provider.GetRequiredService<IOptions<RedisPublisherOptions>>().Value));
        return services;
    }

    /// <summary>Puts a <see cref="RecordingPublisher"/> in the place of the application's publisher, for its tests.</summary>
    public static IServiceCollection AddSseFabricRecordingPublisher(this IServiceCollection services)
    {
        services.TryAddSingleton<RecordingPublisher>();
        return services.Replace(ServiceDescriptor.Singleton<IChannelPublisher>(provider => provider.GetRequiredService<RecordingPublisher>()));
    }
}
