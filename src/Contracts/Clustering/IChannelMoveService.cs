using Orleans.Services;

namespace SseFabric.Contracts.Clustering;

/// <summary>Where a silo with channels takes over those of another that is about to end.</summary>
[Alias("SseFabric.IChannelMoveService")]
public interface IChannelMoveService : IGrainService
{
    /// <summary>Begins to hear channels, publishes a fence, and keeps what comes behind it.</summary>
    /// <param name="channels">The channels, all of one source.</param>
    /// <param name="fence">The fence's channel, which the silo that ends listens to already.</param>
    [Alias("Prepare"), ResponseTimeout("00:00:10")]
    Task<MovePreparation> PrepareAsync([Immutable] string[] channels, string fence);

    /// <summary>Takes what the channels' owner knew of them, for the grains that are about to come.</summary>
    [Alias("TakeOver"), ResponseTimeout("00:00:10")]
    Task TakeOverAsync([Immutable] MovedChannel[] channels);
}
