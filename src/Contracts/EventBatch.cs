namespace SseFabric.Contracts;

/// <summary>What a channel hands to a feed at once: all that piled up while the delivery before was on its way, or a beat without events.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Events">In the channel's order. Epochs may change between two of them. Empty: a beat that repeats <paramref name="Head"/>.</param>
/// <param name="Head">The channel's position after the last of <paramref name="Events"/>; in a beat, where the channel stands.</param>
/// <param name="Source">Whether the channel's source can be heard.</param>
public sealed record EventBatch(ChannelName Channel, IReadOnlyList<PublishedEvent> Events, Cursor Head, SourceState Source = SourceState.Up);
