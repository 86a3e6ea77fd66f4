using SseFabric.Frontend.Endpoints;
using SseFabric.Frontend.Profiles;
using RouteOptions = SseFabric.Channels.Configuration.RouteOptions;

namespace SseFabric.Frontend.Routing;

/// <summary>The routes in their order. Immutable; any thread.</summary>
/// <remarks>The cost of a request is one match a route up to the first that fits, each linear in the path and in what conditions look at.</remarks>
internal sealed class RouteTable(IEnumerable<RouteOptions> routes, StreamProfiles profiles, string profile, ClientAddress addresses)
{
    private readonly RouteEntry[] _entries = [.. routes.Select(route => new RouteEntry(route, profiles, profile))];

    public bool IsEmpty => _entries.Length == 0;

    /// <summary>The first route that fits; null: none does.</summary>
    public RouteMatch? Match(RoutePath path, HttpRequest request)
    {
        foreach (var entry in _entries)
        {
            if (entry.Match(path, request, addresses) is { } match)
            {
                return match;
            }
        }

        return null;
    }
}
