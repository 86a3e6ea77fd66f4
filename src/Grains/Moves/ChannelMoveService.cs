using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using SseFabric.Contracts.Clustering;

namespace SseFabric.Grains.Moves;

/// <summary>Lets other silos reach this one's <see cref="ChannelArrivals"/>. Calls interleave.</summary>
[Reentrant]
internal sealed class ChannelMoveService(GrainId id, Silo silo, ILoggerFactory loggers, ChannelArrivals arrivals)
    : GrainService(id, silo, loggers), IChannelMoveService
{
    public Task<MovePreparation> PrepareAsync(string[] channels, string fence) => arrivals.PrepareAsync(channels, fence);

    public Task TakeOverAsync(MovedChannel[] channels)
    {
        arrivals.Keep(channels);
        return Task.CompletedTask;
    }
}
