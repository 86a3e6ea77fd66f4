namespace SseFabric.Contracts.Stats;

/// <summary>What the frontend of this process has to say of itself. Any thread; cheap.</summary>
public interface IFrontendReport
{
    /// <summary>What it has counted.</summary>
    FrontendCounts Counts { get; }

    /// <summary>How long its deliveries took, by the sizes of <see cref="LagCounts"/>.</summary>
    IReadOnlyList<long> Lag { get; }

    /// <summary>Whether it closes its streams before it ends.</summary>
    bool IsDraining { get; }
}
