using SseFabric.Channels.Sources;
using SseFabric.Contracts.Clustering;

namespace SseFabric.Grains.Moves;

/// <summary>What is kept for a channel that is on its way to this silo.</summary>
/// <param name="Relay">Hears its source; null: nothing does.</param>
/// <param name="Channel">What its owner has left; null: not yet anything.</param>
internal sealed record ChannelArrival(SourceRelay? Relay, MovedChannel? Channel) : IDisposable
{
    /// <summary>Whoever was to come doesn't.</summary>
    public void Dispose() => Relay?.Dispose();
}
