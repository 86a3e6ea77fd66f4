namespace SseFabric.Client.Subscribing;

/// <summary>What a subscriber gets: a <see cref="StreamEvent"/> or a <see cref="StreamGap"/>. Immutable.</summary>
/// <param name="LastEventId">The position after this item: with it as the last event id, everything that follows is had again. Empty if the server gave none yet.</param>
public abstract record StreamItem(string LastEventId);
