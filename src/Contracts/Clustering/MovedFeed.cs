namespace SseFabric.Contracts.Clustering;

/// <summary>A frontend's attachment to a channel that moves.</summary>
/// <param name="Frontend">The frontend.</param>
/// <param name="Generation">Its newest attach.</param>
/// <param name="Subscribers">How many subscribers it has.</param>
[GenerateSerializer, Immutable, Alias("SseFabric.MovedFeed")]
public readonly record struct MovedFeed([property: Id(0)] SiloAddress Frontend, [property: Id(1)] long Generation, [property: Id(2)] int Subscribers);
