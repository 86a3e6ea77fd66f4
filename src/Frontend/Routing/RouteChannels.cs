using SseFabric.Contracts;

namespace SseFabric.Frontend.Routing;

/// <summary>What a route has made of a request.</summary>
/// <param name="Channels">Each channel once; none if it has been refused.</param>
/// <param name="Status">The HTTP status of a refusal.</param>
/// <param name="Reason">The reason of a refusal, in one sentence; null: there are channels.</param>
internal sealed record RouteChannels(ChannelName[] Channels, int Status = StatusCodes.Status200OK, string? Reason = null)
{
    /// <summary>The request has not what the route's channel is made of.</summary>
    public static RouteChannels None { get; } = new([], StatusCodes.Status404NotFound, "The route makes no channel of this request.");

    public static RouteChannels Bad(string reason) => new([], StatusCodes.Status400BadRequest, reason);
}
