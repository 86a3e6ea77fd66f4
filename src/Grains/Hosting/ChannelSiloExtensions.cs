using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using SseFabric.Channels.Configuration;
using SseFabric.Channels.Hosting;
using SseFabric.Channels.Ordering;
using SseFabric.Channels.Sources;
using SseFabric.Channels.Stats;
using SseFabric.Contracts;
using SseFabric.Contracts.Stats;
using SseFabric.Grains.Channels;
using SseFabric.Grains.Feeds;
using SseFabric.Grains.Frontends;
using SseFabric.Grains.Moves;
using SseFabric.Grains.Stats;
using SseFabric.Grains.Streaming;

namespace SseFabric.Grains.Hosting;

/// <summary>Puts the fabric into a silo. Knows nothing of how silos find each other.</summary>
internal static class ChannelSiloExtensions
{
    /// <summary>Adds the grains, the frontend streams and the cluster's <see cref="IChannelFabric"/>. The silo's services must have an IChannelSource.</summary>
    public static ISiloBuilder AddChannels(this ISiloBuilder silo, FabricOptions options, ClusterRole role)
    {
        silo.Services.TryAddSingleton(TimeProvider.System);
        silo.Services.TryAddSingleton(ChannelRules.Of(options));
        silo.Services.TryAddSingleton(services => new EpochClock(services.GetRequiredService<TimeProvider>()));
        silo.Services.TryAddSingleton(options);
        silo.Services.AddChannelIntakes();
        silo.Services.AddSingleton<FeedSender>();
        silo.Services.AddSingleton<ChannelSilos>();
        silo.AddMoves(role);
        silo.Services.AddSingleton<ClusterFabric>();
        silo.Services.AddSingleton<IChannelFabric>(services => services.GetRequiredService<ClusterFabric>());
        silo.Services.AddHostedService<FeedKeeper>();
        silo.AddStats(role);
        silo.Services.AddPlacementDirector<FrontendPlacement, FrontendPlacementDirector>();
        silo.AddFrontendStreams();

        // Experimental in name, but the one directory of Orleans that never has two owners for a grain, not even while a silo's death is being noticed.
#pragma warning disable ORLEANSEXP003
        silo.AddDistributedGrainDirectory();
#pragma warning restore ORLEANSEXP003
        if (role == ClusterRole.Frontend)
        {
            // What a silo has no class for is never placed on it.
            silo.Configure<GrainTypeOptions>(types => types.Classes.ExceptWith([typeof(ChannelGrain), typeof(StatsGrain)]));
            silo.Services.AddHostedService<SiloWatch>();
        }
        else
        {
            silo.Services.AddSingleton(services => new FeedPump(services.GetRequiredService<ClusterFabric>().DeliverAsync, gate: null));
            silo.Services.AddHostedService<AlwaysOnKeeper>();
            silo.Services.AddSingleton<DeadFeeds>();
            silo.Services.AddHostedService(services => services.GetRequiredService<DeadFeeds>());
        }

        return silo;
    }

    private static void AddMoves(this ISiloBuilder silo, ClusterRole role)
    {
        if (role != ClusterRole.Frontend)
        {
            silo.Services.TryAddSingleton(_ => IngestGate.Default());
            silo.Services.AddSingleton<MoveMetrics>();
            silo.Services.AddSingleton<ChannelMoveClient>();
            silo.Services.AddSingleton<ChannelArrivals>();
            silo.Services.AddSingleton<ChannelDepartures>();
            silo.AddGrainService<ChannelMoveService>();

            // Orleans' base class tells the service's life in Orleans' words under this name.
            silo.ConfigureLogging(logging => logging.AddFilter(typeof(ChannelMoveService).FullName, LogLevel.Warning));
        }
    }

    private static void AddStats(this ISiloBuilder silo, ClusterRole role)
    {
        silo.Services.AddSingleton(services => ActivatorUtilities.CreateInstance<OwnCounts>(services, role));
        silo.Services.AddSingleton<IFabricStats, ClusterStats>();
        silo.Services.AddHostedService<StatsReporter>();
    }
}
