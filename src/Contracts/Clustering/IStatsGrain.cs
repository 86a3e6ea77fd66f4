namespace SseFabric.Contracts.Clustering;

/// <summary>Adds up what all processes of the cluster count; one in the cluster.</summary>
/// <remarks>Calls fail with an <see cref="OrleansException"/> or a <see cref="TimeoutException"/> while no silo can host it.</remarks>
[Alias("SseFabric.IStatsGrain")]
public interface IStatsGrain : IGrainWithStringKey
{
    /// <summary>Takes what a process has counted, in place of what it reported before.</summary>
    [Alias("Report"), ResponseTimeout("00:00:02")]
    Task<StatsReceipt> ReportAsync(SiloAddress process, StatsReport report);

    /// <summary>What all have counted.</summary>
    [Alias("Read"), ResponseTimeout("00:00:02")]
    Task<StatsSnapshot> ReadAsync();
}
