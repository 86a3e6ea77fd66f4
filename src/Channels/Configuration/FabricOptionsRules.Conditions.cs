using System.Text.RegularExpressions;

namespace SseFabric.Channels.Configuration;

/// <summary>The conditions of routes, and the routes that answer by themselves.</summary>
internal sealed partial class FabricOptionsRules
{
    private void CheckConditions(RouteOptions route, string key, Regex? pattern)
    {
        for (var i = 0; i < route.When.Count; i++)
        {
            var (value, matches) = (route.When[i].Value, route.When[i].Matches);
            if (!ChannelTemplate.TryParsePlace(value, out var place))
            {
                Refuse($"{key}:When:{i}:Value", value, $"one of {ChannelTemplate.ConditionPlaces}");
            }
            else if (ChannelTemplate.GroupFault(place, pattern) is { } fault)
            {
                Refuse($"{key}:When:{i}:Value", value, $"a place {fault}");
            }

            if (matches.Length == 0)
            {
                Refuse($"{key}:When:{i}:Matches", matches, "a regular expression; ^$ for what is empty");
            }
            else if (!RoutePattern.TryCreate(matches, out _, out var accepted))
            {
                Refuse($"{key}:When:{i}:Matches", matches, accepted);
            }
        }
    }

    private void CheckRedirect(string key, string? redirect)
    {
        if (string.IsNullOrEmpty(redirect))
        {
            return;
        }

        var isPath = redirect.StartsWith('/') && !redirect.StartsWith("//", StringComparison.Ordinal);
        var isUrl = Uri.TryCreate(redirect, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps);
        if (redirect.AsSpan().ContainsAnyExceptInRange('!', '~') || !(isPath || isUrl))
        {
            Refuse(key, redirect, "a path such as /elsewhere, or an absolute URL of http or https, percent-encoded");
        }
    }
}
