namespace SseFabric.Contracts.Stats;

/// <summary>What a process has counted of the channels that it owns.</summary>
/// <param name="Channels">Channels that have subscribers.</param>
/// <param name="Published">Events that channels have accepted here since the process started.</param>
public readonly record struct OwnerCounts(int Channels, long Published);
