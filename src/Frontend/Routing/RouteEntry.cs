using System.Text.RegularExpressions;
using SseFabric.Channels.Configuration;
using SseFabric.Contracts;
using SseFabric.Frontend.Endpoints;
using SseFabric.Frontend.Profiles;
using RouteOptions = SseFabric.Channels.Configuration.RouteOptions;

namespace SseFabric.Frontend.Routing;

/// <summary>One route, ready to be tried. Immutable; any thread.</summary>
internal sealed class RouteEntry
{
    private readonly Regex _pattern;
    private readonly RouteTemplate[] _channels;
    private readonly RouteCheck[] _conditions;
    private readonly bool _needsGroups;

    /// <param name="options">The route.</param>
    /// <param name="profiles">All profiles.</param>
    /// <param name="profile">The name of the one that counts where the route names none.</param>
    /// <exception cref="FormatException">The options are not valid; a validator should have said so before.</exception>
    public RouteEntry(RouteOptions options, StreamProfiles profiles, string profile)
    {
        Options = options;
        Profile = IsRaw ? Raw(options) : profiles.Find(string.IsNullOrEmpty(options.Profile) ? profile : options.Profile) ?? throw new FormatException($"There is no profile {options.Profile}.");
        _pattern = RoutePattern.TryCreate(options.Path, out var pattern, out var accepted) ? pattern : throw new FormatException(accepted);
        _channels = [.. (string.IsNullOrEmpty(options.Channel) ? options.Channels : [options.Channel]).Select(text => RouteTemplate.Parse(text, _pattern))];
        _conditions = [.. options.When.Select(condition => new RouteCheck(condition))];
        _needsGroups = Array.Exists(_channels, channel => channel.HasGroups) || Array.Exists(_conditions, condition => condition.NeedsGroups);
        Upstream = string.IsNullOrEmpty(options.Upstream) ? null : new Uri(options.Upstream);
    }

    public RouteOptions Options { get; }

    /// <summary>How the route's streams look: of raw routes one each, as subscribers with one format share what is written.</summary>
    public StreamProfile Profile { get; }

    /// <summary>Whether the response is no event stream.</summary>
    public bool IsRaw => Options.Mode == RouteMode.Raw;

    /// <summary>The application that the request is passed to; null: none.</summary>
    public Uri? Upstream { get; }

    /// <summary>Whether it answers by itself.</summary>
    public bool IsAnswer => _channels.Length == 0 && Upstream is null;

    /// <summary>The match of a request whose path fits and for which the conditions hold; null: another route's.</summary>
    public RouteMatch? Match(RoutePath path, HttpRequest request, ClientAddress addresses)
    {
        if (MatchPath(path) is not { } match)
        {
            return null;
        }

        foreach (var condition in _conditions)
        {
            if (!condition.Holds(new RouteVariables(request, match, addresses)))
            {
                return null;
            }
        }

        return match;
    }

    /// <summary>The channels of a request that fits, or why it has none.</summary>
    public RouteChannels ChannelsOf(RouteVariables variables)
    {
        var channels = new List<ChannelName>(_channels.Length);
        foreach (var template in _channels)
        {
            if (!template.TryExpand(variables, out var channel, out var refusal))
            {
                return refusal;
            }

            channels.Add(channel);
        }

        return new RouteChannels([.. channels.Distinct()]);
    }

    private RouteMatch? MatchPath(RoutePath path)
    {
        if (!_needsGroups)
        {
            return _pattern.IsMatch(path.Text) ? new RouteMatch(this, path, null) : null;
        }

        return _pattern.Match(path.Text) is { Success: true } match ? new RouteMatch(this, path, match.Groups) : null;
    }

    private static StreamProfile Raw(RouteOptions options)
    {
        var contentType = string.IsNullOrEmpty(options.ContentType) ? "application/octet-stream" : options.ContentType;
        return StreamProfiles.Raw(contentType, Bytes(options.Prefix), Bytes(options.Suffix), Bytes(options.Preamble));
    }

    private static byte[] Bytes(string? text) => ByteText.TryRead(text, out var bytes) ? bytes : throw new FormatException($"Not base64: {text}");
}
