namespace SseFabric.Contracts.Clustering;

/// <summary>What is counted of one channel.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Subscribers">Its subscribers, on all frontends.</param>
/// <param name="Rate">Events a second that it accepts.</param>
[GenerateSerializer, Immutable, Alias("SseFabric.ChannelCount")]
public readonly record struct ChannelCount([property: Id(0)] string Channel, [property: Id(1)] int Subscribers, [property: Id(2)] double Rate);
