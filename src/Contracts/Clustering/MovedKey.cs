namespace SseFabric.Contracts.Clustering;

/// <summary>An idempotency key that a channel remembers.</summary>
/// <param name="Key">The key.</param>
/// <param name="Last">The position after the events that were published with it.</param>
/// <param name="Age">How long ago that was.</param>
[GenerateSerializer, Immutable, Alias("SseFabric.MovedKey")]
public readonly record struct MovedKey([property: Id(0)] string Key, [property: Id(1)] Cursor Last, [property: Id(2)] TimeSpan Age);
