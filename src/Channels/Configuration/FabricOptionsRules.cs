using System.Globalization;
using System.Net;
using SseFabric.Channels.Hosting;
using SseFabric.Channels.Sources.Amqp;
using SseFabric.Contracts;

namespace SseFabric.Channels.Configuration;

/// <summary>The rules that a type and a range can't say: forms of texts, and what goes together.</summary>
internal sealed partial class FabricOptionsRules(FabricOptions options, FabricProgram program, ICollection<OptionError> errors)
{
    private static readonly string[] s_profiles = [FabricOptions.NativeProfile, FabricOptions.UwsgiProfile, FabricOptions.CycloneProfile, FabricOptions.RedisseProfile];
    private static readonly string[] s_stores = ["memory", "redis", "redisse"];

    private static readonly TimeSpan s_leastHeartbeat = TimeSpan.FromMilliseconds(100);

    /// <summary>Adds an error for each rule that is broken.</summary>
    public void Check()
    {
        CheckRedis("Redis", options.Redis);
        CheckServers();
        CheckProfile();
        CheckStreamPath();
        CheckHeartbeat();
        CheckOrigins("Stream:Cors:Origins", options.Stream.Cors.Origins);
        CheckPublish();
        CheckHandOffHeaders();
        CheckHandOff();
        CheckAuth();
        CheckManagement();
        CheckListeners();
        CheckGraphite();
        CheckProxies();
        for (var i = 0; i < options.Channels.Count; i++)
        {
            CheckChannel(options.Channels[i], $"Channels:{i}");
        }

        CheckRoutes();
        CheckCluster();
    }

    private void CheckProfile()
    {
        CheckOneOf("Profile", options.Profile, s_profiles);
        if (options.IsRedisse && options.Redis.Length == 0)
        {
            Refuse("Profile", options.Profile, "redisse with the Redis server that its channels are kept on, in Fabric:Redis");
        }
    }

    private void CheckHeartbeat()
    {
        if (options.Stream.Heartbeat is { } heartbeat && heartbeat > TimeSpan.Zero && heartbeat < s_leastHeartbeat)
        {
            Refuse("Stream:Heartbeat", heartbeat.ToString("c", CultureInfo.InvariantCulture), "a time span, 00:00:00.1 to 01:00:00, or 00:00:00 for none");
        }
    }

    private void CheckServers()
    {
        foreach (var (name, server) in options.Servers)
        {
            if (string.IsNullOrWhiteSpace(name))
            {
                Refuse("Servers", name, "a name that is not empty for each server");
            }

            if (string.IsNullOrEmpty(server))
            {
                Refuse($"Servers:{name}", server, $"{RedisConfiguration.Accepted}; or {AmqpAddress.Accepted}");
            }
            else if (!AmqpAddress.IsMeant(server))
            {
                CheckRedis($"Servers:{name}", server);
            }
            else if (!AmqpAddress.TryParse(server, out _, out var fault))
            {
                Refuse($"Servers:{name}", server, $"{AmqpAddress.Accepted} ({fault})");
            }
        }
    }

    private bool CheckServer(string key, string? server)
    {
        if (string.IsNullOrEmpty(server) || options.Servers.ContainsKey(server))
        {
            return true;
        }

        var names = options.Servers.Count == 0 ? "" : $": {string.Join(", ", options.Servers.Keys)}";
        Refuse(key, server, $"a name in Fabric:Servers{names}");
        return false;
    }

    private bool IsAmqp(string? server) => !string.IsNullOrEmpty(server) && AmqpAddress.IsMeant(options.Servers.GetValueOrDefault(server));

    private void CheckListeners()
    {
        var door = CheckListener("RespDoor:Listen", options.RespDoor.Listen);
        var h2c = CheckListener("H2c:Listen", options.H2c.Listen);
        var management = CheckListener("Management:Listen", options.Management.Listen);
        if (h2c is { Port: > 0 } && h2c == door)
        {
            Refuse("H2c:Listen", options.H2c.Listen, "another address than that of Fabric:RespDoor:Listen");
        }

        if (management is { Port: > 0 } && (management == door || management == h2c))
        {
            Refuse("Management:Listen", options.Management.Listen, $"another address than that of Fabric:{(management == door ? "RespDoor" : "H2c")}:Listen");
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

        CheckServer($"{key}:Server", rule.Server);

        CheckOneOf($"{key}:History:Store", rule.History.Store, s_stores);
        if (rule.History.IsInRedis && string.IsNullOrEmpty(rule.Server) && options.Redis.Length == 0)
        {
            Refuse($"{key}:History:Store", rule.History.Store, "memory, or redis or redisse with a server in Fabric:Redis or in the rule's Server");
        }
        else if (rule.History.IsInRedis && IsAmqp(rule.Server))
        {
            Refuse($"{key}:History:Store", rule.History.Store, $"memory, as the channel's server {rule.Server} is no Redis");
        }
        else if (rule.History.IsInRedis && RedisConfiguration.CommandFault(rule.Server is { Length: > 0 } server ? options.Servers.GetValueOrDefault(server) : options.Redis) is { } fault)
        {
            Refuse($"{key}:History:Store", rule.History.Store, $"memory, or redis or redisse on another server ({fault})");
        }

        if (rule.History.IsRedisse && rule.Format != PayloadFormat.Frame)
        {
            Refuse($"{key}:Format", rule.Format.ToString(), "Frame, as the rule's History:Store is redisse");
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
        if (AmqpAddress.IsMeant(value))
        {
            Refuse(key, value, $"{RedisConfiguration.Accepted}; an AMQP broker is named in Fabric:Servers, and by the channels' rules");
        }
        else if (!string.IsNullOrEmpty(value) && RedisConfiguration.Fault(value) is { } fault)
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
}
