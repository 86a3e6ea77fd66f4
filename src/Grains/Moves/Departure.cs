namespace SseFabric.Grains.Moves;

/// <summary>Where a channel goes.</summary>
/// <param name="Target">The silo.</param>
/// <param name="IsUnbroken">Whether that silo keeps every message of the source that this one doesn't hear any more.</param>
internal sealed record Departure(SiloAddress Target, bool IsUnbroken);
