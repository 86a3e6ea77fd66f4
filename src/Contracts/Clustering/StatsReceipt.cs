namespace SseFabric.Contracts.Clustering;

/// <summary>The answer to a <see cref="StatsReport"/>.</summary>
/// <param name="Activation">Which activation has taken it: another one knows nothing of earlier reports.</param>
/// <param name="Cluster">The cluster's totals with it.</param>
[GenerateSerializer, Immutable, Alias("SseFabric.StatsReceipt")]
public readonly record struct StatsReceipt([property: Id(0)] Guid Activation, [property: Id(1)] CountedTotals Cluster);
