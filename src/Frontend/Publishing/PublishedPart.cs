using SseFabric.Contracts;

namespace SseFabric.Frontend.Publishing;

/// <summary>What a channel answered.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Count">How many events it was given.</param>
/// <param name="Result">Its answer.</param>
internal sealed record PublishedPart(ChannelName Channel, int Count, PublishResult Result);
