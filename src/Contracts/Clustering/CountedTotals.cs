namespace SseFabric.Contracts.Clustering;

/// <summary>Counts that only grow.</summary>
/// <param name="Served">Streams that have ended.</param>
/// <param name="Events">Events given to subscribers.</param>
/// <param name="Missing">Gaps told.</param>
/// <param name="Published">Events that channels have accepted.</param>
[GenerateSerializer, Immutable, Alias("SseFabric.CountedTotals")]
public readonly record struct CountedTotals(
    [property: Id(0)] long Served, [property: Id(1)] long Events, [property: Id(2)] long Missing, [property: Id(3)] long Published);
