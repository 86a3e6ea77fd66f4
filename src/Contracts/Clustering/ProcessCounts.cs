namespace SseFabric.Contracts.Clustering;

/// <summary>What one process counts.</summary>
/// <param name="Name">Its role, machine and process id.</param>
/// <param name="IsFrontend">Whether it serves streams.</param>
/// <param name="IsOwner">Whether it can own channels.</param>
/// <param name="IsDraining">Whether it closes its streams before it ends.</param>
/// <param name="CanExport">Whether it is set up to pass the cluster's counts on to another system.</param>
/// <param name="Connected">Its open streams.</param>
/// <param name="Channels">Channels of its own that have subscribers.</param>
/// <param name="Totals">What it has counted since its start.</param>
/// <param name="Lag">How long its deliveries took, by size; null: it is of a version that doesn't say.</param>
[GenerateSerializer, Immutable, Alias("SseFabric.ProcessCounts")]
public sealed record ProcessCounts(
    [property: Id(0)] string Name,
    [property: Id(1)] bool IsFrontend,
    [property: Id(2)] bool IsOwner,
    [property: Id(3)] bool IsDraining,
    [property: Id(4)] bool CanExport,
    [property: Id(5)] long Connected,
    [property: Id(6)] int Channels,
    [property: Id(7)] CountedTotals Totals,
    [property: Id(8)] long[]? Lag);
