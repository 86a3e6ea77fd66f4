namespace SseFabric.Channels.Configuration;

/// <summary>One entry of a route's <see cref="RouteOptions.When"/>: something of the request, and how it has to look.</summary>
public sealed class RouteCondition
{
    /// <summary>What is looked at: one place of a <see cref="ChannelTemplate"/>, <c>${method}</c> or <c>${remote}</c>, the client's address. Has to be given.</summary>
    public string Value { get; set; } = "";

    /// <summary>A regular expression that has to fit it, see <see cref="RoutePattern"/>. What the request doesn't have is empty. Has to be given.</summary>
    public string Matches { get; set; } = "";

    /// <summary>Whether it must not fit instead. Default false.</summary>
    public bool Not { get; set; }
}
