using System.Text.RegularExpressions;
using SseFabric.Channels.Configuration;

namespace SseFabric.Frontend.Routing;

/// <summary>A route's condition, ready to be tried. Immutable; any thread.</summary>
internal sealed class RouteCheck
{
    private readonly ChannelTemplatePart _place;
    private readonly Regex _pattern;
    private readonly bool _not;

    /// <exception cref="FormatException">The condition is not valid; a validator should have said so before.</exception>
    public RouteCheck(RouteCondition condition)
    {
        _place = ChannelTemplate.TryParsePlace(condition.Value, out var place) ? place : throw new FormatException($"No place: {condition.Value}");
        _pattern = RoutePattern.TryCreate(condition.Matches, out var pattern, out var accepted) ? pattern : throw new FormatException(accepted);
        _not = condition.Not;
    }

    public bool NeedsGroups => _place.Source == ChannelTemplateSource.Group;

    /// <summary>Whether it holds for a request. What isn't UTF-8 is looked at with U+FFFD in its place.</summary>
    public bool Holds(RouteVariables variables)
    {
        variables.TryRead(_place, out var text, out _);
        return _pattern.IsMatch(text) != _not;
    }
}
