namespace SseFabric.Contracts.Stats;

/// <summary>What a frontend has counted since its start, or all of a cluster's have.</summary>
/// <param name="Connected">Streams that are open.</param>
/// <param name="Served">Streams that have ended.</param>
/// <param name="Events">Events given to subscribers, gaps among them.</param>
/// <param name="Missing">Gaps told.</param>
public readonly record struct FrontendCounts(long Connected, long Served, long Events, long Missing);
