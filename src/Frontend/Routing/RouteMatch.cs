using System.Text.RegularExpressions;

namespace SseFabric.Frontend.Routing;

/// <summary>A request's route.</summary>
/// <param name="Entry">The route.</param>
/// <param name="Path">The path that fitted.</param>
/// <param name="Groups">What the groups took of it; null: the route asks for none.</param>
internal sealed record RouteMatch(RouteEntry Entry, RoutePath Path, GroupCollection? Groups)
{
    /// <summary>What a group took; empty if it took no part.</summary>
    public string Group(int number) => Groups is null ? "" : Groups[number].Value;
}
