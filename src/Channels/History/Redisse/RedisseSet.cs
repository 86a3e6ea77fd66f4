namespace SseFabric.Channels.History.Redisse;

/// <summary>What Redis holds of a channel.</summary>
/// <param name="Frames">The newest frames, in the order of their numbers.</param>
/// <param name="IsFull">Whether older ones may have been trimmed.</param>
/// <param name="Counter">The number of the last event published on any channel.</param>
internal sealed record RedisseSet(IReadOnlyList<byte[]> Frames, bool IsFull, long Counter);
