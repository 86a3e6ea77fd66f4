using SseFabric.Contracts;

namespace SseFabric.Frontend.Authorization;

/// <summary>A request for a stream or a poll.</summary>
/// <param name="Http">The request. Its response is not the authorizer's to write.</param>
/// <param name="Channels">The channels that it gets if nothing else is decided, each once.</param>
public sealed record SubscribeContext(HttpContext Http, IReadOnlyList<ChannelName> Channels);
