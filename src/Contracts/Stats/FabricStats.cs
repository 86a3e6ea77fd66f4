namespace SseFabric.Contracts.Stats;

/// <summary>What all processes of a fabric have counted together, at one moment.</summary>
/// <param name="AsOf">The moment.</param>
/// <param name="Totals">What the frontends have counted, those that are gone too.</param>
/// <param name="Published">Events that channels have accepted.</param>
/// <param name="ChannelCount">How many channels have subscribers.</param>
/// <param name="Channels">Those with the most subscribers, up to <see cref="MaxChannels"/>, the most first and by name among equals.</param>
/// <param name="Processes">The processes, by name.</param>
public sealed record FabricStats(
    DateTimeOffset AsOf,
    FrontendCounts Totals,
    long Published,
    int ChannelCount,
    IReadOnlyList<ChannelStats> Channels,
    IReadOnlyList<ProcessStats> Processes)
{
    /// <summary>The most channels that are listed.</summary>
    public const int MaxChannels = 1000;

    /// <summary>Whether it is this process that passes them on to others, where several could.</summary>
    public bool IsMineToExport { get; init; } = true;
}
