using System.Globalization;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace SseFabric.Channels.Configuration;

/// <summary>The routes.</summary>
internal sealed partial class FabricOptionsRules
{
    private void CheckRoutes()
    {
        var rules = RouteServers.Complete(options);
        for (var i = 0; i < options.Routes.Count; i++)
        {
            CheckRoute(options.Routes[i], $"Routes:{i}", rules);
        }
    }

    private void CheckRoute(RouteOptions route, string key, List<ChannelRule> rules)
    {
        if (!RoutePattern.TryCreate(route.Path, out var pattern, out var accepted))
        {
            Refuse($"{key}:Path", route.Path, accepted);
        }

        CheckTarget(route, key);
        CheckChannels(route, key, pattern);
        CheckUpstream($"{key}:Upstream", route.Upstream);
        CheckRedirect($"{key}:Redirect", route.Redirect);
        CheckConditions(route, key, pattern);
        if (!string.IsNullOrEmpty(route.Profile))
        {
            CheckOneOf($"{key}:Profile", route.Profile, s_profiles);
            if (route.Status is not null || !string.IsNullOrEmpty(route.Redirect))
            {
                Refuse($"{key}:Profile", route.Profile, "empty, or with Channel, Channels or Upstream");
            }
        }

        CheckRaw(route, key, rules);
        CheckFormats(route, key, rules);
        CheckRouteServer(route, key, rules);
    }

    private void CheckTarget(RouteOptions route, string key)
    {
        const string Accepted = "one of Channel, Channels, Upstream, Status and Redirect";
        var others = OtherTargets(route);
        if (!string.IsNullOrEmpty(route.Channel))
        {
            if (route.Channels.Count > 0)
            {
                Refuse($"{key}:Channel", route.Channel, $"{Accepted} (here Channels too)");
            }
        }
        else if (route.Channels.Count == 0 && others.Length == 0)
        {
            Refuse($"{key}:Channel", route.Channel, Accepted);
        }

        if (others.Length > 0 && route.Templates().Any())
        {
            Refuse($"{key}:{others[0].Name}", others[0].Value, $"{Accepted} (here channels too)");
        }
        else if (others.Length > 1)
        {
            Refuse($"{key}:{others[1].Name}", others[1].Value, $"{Accepted} (here {others[0].Name} too)");
        }
    }

    private static (string Name, string? Value)[] OtherTargets(RouteOptions route)
    {
        (string Name, string? Value)[] all = [("Upstream", route.Upstream), ("Status", route.Status?.ToString(CultureInfo.InvariantCulture)), ("Redirect", route.Redirect)];
        return Array.FindAll(all, target => !string.IsNullOrEmpty(target.Value));
    }

    private void CheckChannels(RouteOptions route, string key, Regex? pattern)
    {
        if (route.Channels.Count > RouteOptions.MaxChannels)
        {
            Refuse($"{key}:Channels", $"{route.Channels.Count} channels", $"at most {RouteOptions.MaxChannels}");
            return;
        }

        foreach (var (name, text) in route.Templates())
        {
            if (!ChannelTemplate.TryParse(text, pattern, out var template, out var accepted))
            {
                Refuse($"{key}:{name}", text, accepted);
            }
            else if (!string.IsNullOrEmpty(route.Server) && template.Parts.Any(part => part.Source == ChannelTemplateSource.Text && part.Text.AsSpan().ContainsAny('*', '?')))
            {
                Refuse($"{key}:{name}", text, "a channel name without * and ?, which the rule that the route's Server makes would take for any characters");
            }
        }
    }

    private void CheckUpstream(string key, string? upstream)
    {
        if (string.IsNullOrEmpty(upstream))
        {
            return;
        }

        if (!Uri.TryCreate(upstream, UriKind.Absolute, out var uri) || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps)
            || uri.Host.Length == 0 || uri.UserInfo.Length > 0 || upstream.AsSpan().ContainsAny('?', '#'))
        {
            Refuse(key, upstream, "an absolute URL such as http://127.0.0.1:8000, of http or https, without user, query and fragment");
        }
    }

    private void CheckRaw(RouteOptions route, string key, List<ChannelRule> rules)
    {
        (string Name, string? Value)[] texts = [("Prefix", route.Prefix), ("Suffix", route.Suffix), ("Preamble", route.Preamble)];
        if (route.Mode != RouteMode.Raw)
        {
            foreach (var (name, value) in texts.Prepend((Name: "ContentType", Value: route.ContentType)).Where(text => !string.IsNullOrEmpty(text.Value)))
            {
                Refuse($"{key}:{name}", value, "empty, or with Mode raw");
            }

            return;
        }

        if (OtherTargets(route).Length > 0)
        {
            Refuse($"{key}:Mode", nameof(RouteMode.Raw), "Sse, or Raw with Channel or Channels");
        }

        foreach (var (name, value) in texts)
        {
            if (!ByteText.TryRead(value, out _))
            {
                Refuse($"{key}:{name}", value, ByteText.Accepted);
            }
        }

        if (!string.IsNullOrEmpty(route.ContentType)
            && (route.ContentType.AsSpan().ContainsAnyExceptInRange(' ', '~') || !MediaTypeHeaderValue.TryParse(route.ContentType, out _)))
        {
            Refuse($"{key}:ContentType", route.ContentType, "a content type such as audio/mpeg");
        }
    }

    // What is read as JSON or as a frame is not what was published; and profile redisse's ids are those in the frames.
    private void CheckFormats(RouteOptions route, string key, List<ChannelRule> rules)
    {
        var isRaw = route.Mode == RouteMode.Raw;
        if (!isRaw && !(string.IsNullOrEmpty(route.Profile) ? options.IsRedisse : FabricOptions.RedisseProfile.Equals(route.Profile, StringComparison.OrdinalIgnoreCase)))
        {
            return;
        }

        var what = isRaw ? "with Mode raw, a channel whose Format is Text or Raw" : "with Profile redisse, a channel whose Format is Frame, or whose History:Store is redisse";
        foreach (var (name, text) in string.IsNullOrEmpty(route.Upstream) ? route.Templates() : [("Upstream", route.Upstream)])
        {
            // An application may name any channel.
            ChannelTemplate? template = null;
            if (name != "Upstream" && !ChannelTemplate.TryParse(text, null, out template, out _))
            {
                continue;
            }

            var possible = template?.Literal is { } channel ? [rules.Find(rule => ChannelGlob.Fits(rule.Match, channel)) ?? options.OtherChannels] : RulesOf(template?.Glob ?? "*", rules);
            if (possible.TrueForAll(rule => !CanServe(isRaw, rule.Format)))
            {
                var who = options.Channels.Contains(possible[0]) ? $"\"{possible[0].Match}\"" : $"no rule fits, and the profile {options.Profile}";
                Refuse($"{key}:{name}", text, $"{what} ({who} says {possible[0].Format})");
            }
        }
    }

    private static bool CanServe(bool isRaw, PayloadFormat format) => isRaw ? format is PayloadFormat.Text or PayloadFormat.Raw : format == PayloadFormat.Frame;

    /// <summary>The rules that channels with such names can have. At least one.</summary>
    private List<ChannelRule> RulesOf(string glob, List<ChannelRule> rules)
    {
        var covers = rules.FindIndex(rule => ChannelGlob.Covers(rule.Match, glob));
        return [.. rules.Take(covers < 0 ? rules.Count : covers + 1).Where(rule => ChannelGlob.Overlap(rule.Match, glob)), .. covers < 0 ? [options.OtherChannels] : (ChannelRule[])[]];
    }

    private void CheckRouteServer(RouteOptions route, string key, List<ChannelRule> rules)
    {
        if (!CheckServer($"{key}:Server", route.Server))
        {
            return;
        }

        if (!string.IsNullOrEmpty(route.Server) && OtherTargets(route).Length > 0)
        {
            Refuse($"{key}:Server", route.Server, "empty, or with Channel or Channels: an application's channels come from the servers of their rules");
        }
        else if (IsAmqp(route.Server) && options.OtherChannels.History.IsInRedis && rules.Skip(options.Channels.Count).Any(rule => IsAmqp(rule.Server)))
        {
            Refuse($"{key}:Server", route.Server, $"a Redis server, or a rule of Fabric:Channels for the channels, with History:Store memory: the profile's is {options.OtherChannels.History.Store}");
        }
        else if (RouteServers.Contradiction(options, rules, route) is { } rule)
        {
            var server = string.IsNullOrEmpty(rule.Server) ? "Fabric:Redis" : $"Server {rule.Server}";
            Refuse($"{key}:Server", route.Server, $"the server that the channels have already: {(options.Channels.Contains(rule) ? "the rule" : "the route")} for \"{rule.Match}\" says {server}");
        }
    }
}
