using SseFabric.Frontend.Feeds;

namespace SseFabric.Frontend.Framing;

/// <summary>What one subscriber is given before anything live.</summary>
/// <param name="Opening">Written first. May be empty.</param>
/// <param name="OpeningEvents">How many events are in it.</param>
/// <param name="Missed">Then these, each with its channel's index in the set.</param>
internal sealed record StreamStart(byte[] Opening, int OpeningEvents, IReadOnlyList<(FeedItem Item, int Channel)> Missed);
