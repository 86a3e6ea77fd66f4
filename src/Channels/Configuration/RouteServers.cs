namespace SseFabric.Channels.Configuration;

/// <summary>Makes channel rules of the routes that name a server. Pure.</summary>
/// <remarks>
/// A channel is its name, so its messages come from one server, whoever asks for it. A route's server is therefore a rule for every name that the route can
/// give: after all the rules that are written down, and only where none of them says the same already. Rules that say otherwise are errors.
/// </remarks>
internal static class RouteServers
{
    /// <summary>The rules of the options, and behind them those of the routes.</summary>
    public static List<ChannelRule> Complete(FabricOptions options)
    {
        var rules = options.Channels.ToList();
        foreach (var route in options.Routes.Where(route => !string.IsNullOrEmpty(route.Server)))
        {
            foreach (var glob in Globs(route))
            {
                if (!rules.Exists(rule => AreSame(rule.Server, route.Server) && ChannelGlob.Covers(rule.Match, glob)))
                {
                    rules.Add(new ChannelRule
                    {
                        Match = glob,
                        Server = route.Server,
                        History = { DefaultStore = options.OtherChannels.History.DefaultStore },
                    });
                }
            }
        }

        return rules;
    }

    /// <summary>The first rule by which a channel of a route can come from another server than the route's; null if there is none.</summary>
    /// <param name="options">The options.</param>
    /// <param name="rules">The complete rules.</param>
    /// <param name="route">The route. Without a server it takes what the written rules say, but not what another route does.</param>
    public static ChannelRule? Contradiction(FabricOptions options, List<ChannelRule> rules, RouteOptions route)
    {
        foreach (var glob in Globs(route))
        {
            for (var i = 0; i < rules.Count; i++)
            {
                var isBound = !string.IsNullOrEmpty(route.Server) || i >= options.Channels.Count;
                if (isBound && !AreSame(rules[i].Server, route.Server) && ChannelGlob.Overlap(rules[i].Match, glob))
                {
                    return rules[i];
                }

                if (ChannelGlob.Covers(rules[i].Match, glob))
                {
                    break;
                }
            }
        }

        return null;
    }

    private static IEnumerable<string> Globs(RouteOptions route)
    {
        foreach (var (_, text) in route.Templates())
        {
            if (ChannelTemplate.TryParse(text, null, out var template, out _))
            {
                yield return template.Glob;
            }
        }
    }

    private static bool AreSame(string? left, string? right) => string.Equals(left ?? "", right ?? "", StringComparison.OrdinalIgnoreCase);
}
