namespace SseFabric.Contracts.Clustering;

/// <summary>What a process has to say of itself, every half second.</summary>
/// <param name="Counts">What it counts now.</param>
/// <param name="Channels">Of the channels that it owns those with the most subscribers; null: the same as the receipt was for.</param>
/// <param name="Acknowledged">Its totals in the last report that it has a receipt for.</param>
/// <param name="Cluster">The cluster's totals in that receipt.</param>
[GenerateSerializer, Immutable, Alias("SseFabric.StatsReport")]
public sealed record StatsReport(
    [property: Id(0)] ProcessCounts Counts,
    [property: Id(1)] ChannelCount[]? Channels,
    [property: Id(2)] CountedTotals Acknowledged,
    [property: Id(3)] CountedTotals Cluster);
