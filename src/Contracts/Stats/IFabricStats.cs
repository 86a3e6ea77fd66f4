namespace SseFabric.Contracts.Stats;

/// <summary>What all processes of the fabric count. Any thread.</summary>
/// <remarks>Processes report on a beat of their own: a read costs one call at most, and none if another has just been answered.</remarks>
public interface IFabricStats
{
    /// <summary>What was counted, right within two seconds. While the rest of the cluster can't be reached: what was known last, this process's own counts as they are.</summary>
    ValueTask<FabricStats> ReadAsync(CancellationToken cancellationToken);

    /// <summary>One channel's counts, whether or not it has subscribers.</summary>
    /// <returns>Null if its owner can't be reached now.</returns>
    ValueTask<ChannelStats?> ReadAsync(ChannelName channel, CancellationToken cancellationToken);
}
