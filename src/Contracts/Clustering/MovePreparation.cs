namespace SseFabric.Contracts.Clustering;

/// <summary>What a silo says that is to take over channels.</summary>
/// <param name="Server">The server in whose order it has passed the fence; null if it has not.</param>
/// <param name="Heard">Whether each of the channels is heard.</param>
[GenerateSerializer, Immutable, Alias("SseFabric.MovePreparation")]
public sealed record MovePreparation([property: Id(0)] string? Server, [property: Id(1)] bool[] Heard);
