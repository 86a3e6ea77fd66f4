using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Orleans.Streams;

namespace SseFabric.Grains.Streaming;

/// <summary>Adds the frontend stream provider to a silo.</summary>
internal static class FrontendStreamExtensions
{
    /// <summary>The provider's name.</summary>
    public const string ProviderName = "SseFabric.Frontends";

    public static ISiloBuilder AddFrontendStreams(this ISiloBuilder silo)
    {
        silo.Services.TryAddSingleton(TimeProvider.System);
        silo.Services.AddSingleton(services => new FrontendQueue(services.GetRequiredService<TimeProvider>()));
        silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(services => services.GetRequiredService<FrontendQueue>());
        silo.Services.AddSingleton<FrontendQueueClient>();
        silo.AddGrainService<FrontendQueueService>();

        // Orleans' base class tells the service's life in Orleans' words under this name.
        silo.ConfigureLogging(logging => logging.AddFilter(typeof(FrontendQueueService).FullName, LogLevel.Warning));
        return silo.AddPersistentStreams(
            ProviderName,
            static (services, name) => ActivatorUtilities.CreateInstance<FrontendQueueAdapterFactory>(services, name),
            Configure);
    }

    private static void Configure(ISiloPersistentStreamConfigurator streams)
    {
        streams.ConfigureStreamPubSub(StreamPubSubType.ImplicitOnly);
        streams.ConfigurePartitionBalancing(static (services, _) => new FrontendQueueMapper(services.GetRequiredService<ILocalSiloDetails>().SiloAddress));
        streams.ConfigurePullingAgent(options => options.Configure(agent =>
        {
            // Between two reads that brought nothing, which wait in the receiver: the period itself is never a delay.
            agent.GetQueueMsgsTimerPeriod = TimeSpan.FromMilliseconds(1);

            // One stream to a queue, for the silo's life. The agent would take the stream of a queue that was silent for this long for dead at the
            // moment when its next event has just come, and drop what waits with it.
            agent.StreamInactivityPeriod = TimeSpan.FromDays(10_000);
        }));
    }
}
