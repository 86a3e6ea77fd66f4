using Orleans.Runtime.Services;
using SseFabric.Contracts.Clustering;

namespace SseFabric.Grains.Moves;

/// <summary>Reaches the <see cref="ChannelMoveService"/> of a silo.</summary>
internal sealed class ChannelMoveClient(IServiceProvider services) : GrainServiceClient<IChannelMoveService>(services)
{
    public IChannelMoveService On(SiloAddress silo) => GetGrainService(silo);
}
