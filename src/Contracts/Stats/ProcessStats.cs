namespace SseFabric.Contracts.Stats;

/// <summary>What is known of one process.</summary>
/// <param name="Name">Its role, machine and process id.</param>
/// <param name="Address">Where the others of its cluster reach it; empty where there are none.</param>
/// <param name="State">Where it is in its life.</param>
/// <param name="Frontend">What it has counted as a frontend; null: it is none.</param>
/// <param name="Owner">What it has counted of its channels; null: it can't own any.</param>
public sealed record ProcessStats(string Name, string Address, ProcessState State, FrontendCounts? Frontend, OwnerCounts? Owner)
{
    /// <summary>How long its deliveries as a frontend took, by the sizes of <see cref="LagCounts"/>; empty: it is none, or doesn't say.</summary>
    public IReadOnlyList<long> Lag { get; init; } = [];
}
