namespace SseFabric.Frontend.Routing;

/// <summary>The endpoints of the routes, once they are mapped. Set at start, then read by any thread.</summary>
internal sealed class RouteEndpoints
{
    /// <summary>The endpoint of the routes that have channels; null: not mapped.</summary>
    public Endpoint? Channels { get; set; }

    /// <summary>The endpoint of the routes that have an application; null: not mapped.</summary>
    public Endpoint? Upstream { get; set; }

    /// <summary>The endpoint of the routes that answer by themselves; null: not mapped.</summary>
    public Endpoint? Answers { get; set; }

    public Endpoint? For(RouteEntry entry) => entry.IsAnswer ? Answers : entry.Upstream is null ? Channels : Upstream;
}
