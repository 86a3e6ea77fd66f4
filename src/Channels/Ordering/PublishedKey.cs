using SseFabric.Contracts;

namespace SseFabric.Channels.Ordering;

/// <summary>An idempotency key that a channel remembers.</summary>
/// <param name="Key">The key.</param>
/// <param name="Last">The position after the events that were published with it.</param>
/// <param name="Age">How long ago that was.</param>
public readonly record struct PublishedKey(string Key, Cursor Last, TimeSpan Age);
