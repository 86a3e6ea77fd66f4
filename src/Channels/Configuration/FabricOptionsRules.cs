using System.Net;
using System.Text.RegularExpressions;
using SseFabric.Channels.Hosting;
using SseFabric.Contracts;

namespace SseFabric.Channels.Configuration;

/// <summary>The rules that a type and a range can't say: forms of texts, and what goes together.</summary>
internal sealed partial class FabricOptionsRules(FabricOptions options, FabricProgram program, ICollection<OptionError> errors)
{
    private const int MaxKeyLength = 1024;

    private static readonly string[] s_profiles = ["native"];
    private static readonly string[] s_stores = ["memory", "redis"];

    /// <summary>Adds an error for each rule that is broken.</summary>
    public void Check()
    {
        CheckRedis("Redis", options.Redis);
        CheckServers();
        CheckOneOf("Profile", options.Profile, s_profiles);
        CheckStreamPath();
        CheckOrigins("Stream:Cors:Origins", options.Stream.Cors.Origins);
        CheckPublish();
        CheckListeners();
        CheckProxies();
        for (var i = 0; i < options.Channels.Count; i++)
        {
            CheckChannel(options.Channels[i], $"Channels:{i}");
        }

        CheckCluster();
    }

    private void CheckServers()
    {
        foreach (var (name, redis) in options.Servers)
        {
            if (string.IsNullOrWhiteSpace(name))
            {
                Refuse("Servers", name, "a name that is not empty for each server");
            }

            if (string.IsNullOrEmpty(redis))
            {
                Refuse($"Servers:{name}", redis, RedisConfiguration.Accepted);
            }

            CheckRedis($"Servers:{name}", redis);
        }
    }

    private void CheckStreamPath()
    {
        var path = options.Stream.Path;
        CheckPath("Stream:Path", path, "/events");
        if (ChannelsPathForm().IsMatch(path))
        {
            Refuse("Stream:Path", path, "a path other than /channels/CHANNEL, below which events are published");
        }
    }

    private void CheckPath(string key, string path, string example)
    {
        if (path.Length > 0 && !PathForm().IsMatch(path))
        {
            Refuse(key, path, $"a path such as {example}, without query, braces, escapes and a / at its end, or empty");
        }
        else if (IsAtOrBelow(path, "/health"))
        {
            Refuse(key, path, "a path outside /health, which comes first");
        }
    }

    private void CheckOrigins(string key, List<string> origins)
    {
        for (var i = 0; i < origins.Count; i++)
        {
            var origin = origins[i];
            if (origin != "*" && !(Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.GetLeftPart(UriPartial.Authority).Equals(origin, StringComparison.OrdinalIgnoreCase)))
            {
                Refuse($"{key}:{i}", origin, "an origin such as https://example.org, without path, or *");
            }
        }
    }

    private void CheckPublish()
    {
        var publish = options.Publish;
        CheckPath("Publish:Path", publish.Path, "/publish");
        if (ChannelsPathForm().IsMatch(publish.Path))
        {
            Refuse("Publish:Path", publish.Path, "a path other than /channels/CHANNEL/events, where events are published to one channel");
        }
        else if (options.Stream.Path.Length > 1 ? IsAtOrBelow(publish.Path, options.Stream.Path) : publish.Path == "/" && options.Stream.Path == "/")
        {
            Refuse("Publish:Path", publish.Path, $"a path outside Fabric:Stream:Path, which is {options.Stream.Path}");
        }

        for (var i = 0; i < publish.Keys.Count; i++)
        {
            if (publish.Keys[i].Length is 0 or > MaxKeyLength || publish.Keys[i].Any(char.IsControl) || publish.Keys[i].Trim() != publish.Keys[i])
            {
                Refuse($"Publish:Keys:{i}", publish.Keys[i], $"a key of 1 to {MaxKeyLength} characters, without control characters and without spaces around it");
            }
        }

        CheckOrigins("Publish:Origins", publish.Origins);
        if (publish.Keys.Count == 0 && publish.Origins.IndexOf("*") is >= 0 and var every)
        {
            Refuse($"Publish:Origins:{every}", "*", "an origin such as https://example.org; * only with Fabric:Publish:Keys, or any page could publish through a visitor's browser");
        }
    }

    private static bool IsAtOrBelow(string path, string other) =>
        path.Equals(other, StringComparison.OrdinalIgnoreCase) || path.StartsWith(other + "/", StringComparison.OrdinalIgnoreCase);

    private void CheckListeners()
    {
        var door = CheckListener("RespDoor:Listen", options.RespDoor.Listen);
        var h2c = CheckListener("H2c:Listen", options.H2c.Listen);
        if (h2c is { Port: > 0 } && h2c == door)
        {
            Refuse("H2c:Listen", options.H2c.Listen, "another address than that of Fabric:RespDoor:Listen");
        }
    }

    private ListenAddress? CheckListener(string key, string listen)
    {
        if (listen.Length > 0 && !ListenAddress.TryParse(listen, out _))
        {
            Refuse(key, listen, ListenAddress.Accepted + ", or empty");
        }

        return ListenAddress.TryParse(listen, out var address) ? address : null;
    }

    private void CheckProxies()
    {
        for (var i = 0; i < options.KnownProxies.Count; i++)
        {
            if (!AddressRange.TryParse(options.KnownProxies[i], out _))
            {
                Refuse($"KnownProxies:{i}", options.KnownProxies[i], AddressRange.Accepted);
            }
        }
    }

    private void CheckChannel(ChannelRule rule, string key)
    {
        var isGlob = rule.Match.AsSpan().ContainsAny('*', '?');
        if (rule.Match.Length == 0)
        {
            Refuse($"{key}:Match", rule.Match, "a channel name, or a glob with * and ?");
        }
        else if (!isGlob && !ChannelName.TryParse(rule.Match, out _, out var error))
        {
            Refuse($"{key}:Match", rule.Match, $"a channel name ({error.TrimEnd('.')}), or a glob with * and ?");
        }

        if (rule.AlwaysOn && isGlob)
        {
            Refuse($"{key}:AlwaysOn", "true", $"false, or a Match without * and ? (here \"{rule.Match}\")");
        }

        if (!string.IsNullOrEmpty(rule.Server) && !options.Servers.ContainsKey(rule.Server))
        {
            var names = options.Servers.Count == 0 ? "" : $": {string.Join(", ", options.Servers.Keys)}";
            Refuse($"{key}:Server", rule.Server, $"a name in Fabric:Servers{names}");
        }

        CheckOneOf($"{key}:History:Store", rule.History.Store, s_stores);
        if (rule.History.IsRecorded && string.IsNullOrEmpty(rule.Server) && options.Redis.Length == 0)
        {
            Refuse($"{key}:History:Store", rule.History.Store, "memory, or redis with a server in Fabric:Redis or in the rule's Server");
        }
    }

    private void CheckCluster()
    {
        var cluster = options.Cluster;
        CheckRedis("Cluster:Redis", cluster.Redis);
        if (string.IsNullOrWhiteSpace(cluster.ClusterId))
        {
            Refuse("Cluster:ClusterId", cluster.ClusterId, "a name that is not empty");
        }

        if (cluster.AdvertisedAddress is { } advertised
            && (!AddressRange.TryParseAddress(advertised, out var address) || address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)))
        {
            Refuse("Cluster:AdvertisedAddress", advertised, "an IP address at which the others reach this process, or empty");
        }

        CheckRole(cluster.Role);
        if (!cluster.IsMember)
        {
            return;
        }

        if (!Engine.HasClustering)
        {
            var key = cluster.Role is null ? "Cluster:Redis" : "Cluster:Role";
            Refuse(key, cluster.Role?.ToString() ?? cluster.Redis, $"empty: {Engine.NoClustering}");
        }
        else if (string.IsNullOrEmpty(cluster.Redis) && options.Redis.Length == 0)
        {
            Refuse("Cluster:Redis", cluster.Redis, $"the Redis in which the cluster meets, here or in Fabric:Redis, as Fabric:Cluster:Role is {cluster.Role}");
        }
    }

    private void CheckRole(ClusterRole? role)
    {
        if (program == FabricProgram.Frontend && role == ClusterRole.Channels)
        {
            Refuse("Cluster:Role", "channels", "all, frontend or empty in this program; channels alone are hosted by SseFabric.Silo");
        }
        else if (program == FabricProgram.Silo && role is ClusterRole.All or ClusterRole.Frontend)
        {
            Refuse("Cluster:Role", role.ToString(), "channels or empty in this program; HTTP is served by SseFabric.Frontend");
        }
    }

    private void CheckRedis(string key, string? value)
    {
        if (!string.IsNullOrEmpty(value) && RedisConfiguration.Fault(value) is { } fault)
        {
            Refuse(key, value, $"{RedisConfiguration.Accepted} ({fault})");
        }
    }

    private void CheckOneOf(string key, string value, string[] accepted)
    {
        if (!accepted.Contains(value, StringComparer.OrdinalIgnoreCase))
        {
            Refuse(key, value, string.Join(", ", accepted));
        }
    }

    private void Refuse(string key, string? value, string accepted) =>
        errors.Add(OptionError.OfValue($"{FabricOptions.SectionName}:{key}", value, accepted));

    [GeneratedRegex(@"^(/|(/[A-Za-z0-9._~!$&'()+,;=:@-]+)+)\z")]
    private static partial Regex PathForm();

    // Of /channels/x, the stream of the channel "events" would stand where x is published to.
    [GeneratedRegex(@"^/channels/[^/]+(/events)?\z", RegexOptions.IgnoreCase)]
    private static partial Regex ChannelsPathForm();
}
