namespace SseFabric.Channels.Configuration;

/// <summary>What the subscribers of a route are sent.</summary>
public enum RouteMode
{
    /// <summary>An event stream, as the route's profile has it.</summary>
    Sse = 0,

    /// <summary>The payloads' bytes exactly as published, without any framing.</summary>
    Raw = 1,
}
