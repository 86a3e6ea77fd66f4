namespace SseFabric.Contracts.Clustering;

/// <summary>What all processes of the cluster count.</summary>
/// <param name="AsOf">When, in Unix milliseconds.</param>
/// <param name="Gone">What those that are gone have counted.</param>
/// <param name="Channels">The channels with the most subscribers, the most first.</param>
/// <param name="Processes">Those that are there, by address.</param>
[GenerateSerializer, Immutable, Alias("SseFabric.StatsSnapshot")]
public sealed record StatsSnapshot(
    [property: Id(0)] long AsOf,
    [property: Id(1)] CountedTotals Gone,
    [property: Id(2)] ChannelCount[] Channels,
    [property: Id(3)] Dictionary<SiloAddress, ProcessCounts> Processes);
