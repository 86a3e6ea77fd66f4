using SseFabric.Contracts;
using SseFabric.Contracts.Clustering;

namespace SseFabric.Grains.Channels;

/// <summary>Refers to channels.</summary>
internal static class ChannelGrainFactoryExtensions
{
    /// <summary>The grain of a channel.</summary>
    /// <remarks>By the grain's type and not by its interface: that is looked up in what the silos have, and fails while no silo has channels.</remarks>
    public static IChannelGrain ChannelGrain(this IGrainFactory grains, ChannelName channel) =>
        grains.GetGrain<IChannelGrain>(GrainId.Create(Channels.ChannelGrain.TypeName, channel.Value));
}
