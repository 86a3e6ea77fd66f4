using SseFabric.Contracts.Stats;
using SseFabric.Frontend.Hosting;
using SseFabric.Frontend.Subscribers;

namespace SseFabric.Frontend.Management;

/// <summary>What this frontend has to say of itself to those who add up. Any thread.</summary>
internal sealed class FrontendReport(FrontendMetrics metrics, FrontendState state) : IFrontendReport
{
    public FrontendCounts Counts => metrics.Counts;

    public IReadOnlyList<long> Lag => metrics.Lag;

    public bool IsDraining => state.Phase == FrontendPhase.Draining;
}
