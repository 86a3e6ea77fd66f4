namespace SseFabric.Channels.Configuration;

/// <summary>The section <c>Fabric</c> of the configuration, shared by frontends and silos.</summary>
public sealed class FabricOptions
{
    /// <summary>The section's name.</summary>
    public const string SectionName = "Fabric";

    /// <summary>The fabric's own <see cref="Profile"/>.</summary>
    public const string NativeProfile = "native";

    /// <summary>The <see cref="Profile"/> of uwsgi-sse-offload.</summary>
    public const string UwsgiProfile = "uwsgi";

    /// <summary>The <see cref="Profile"/> of cyclone-sse.</summary>
    public const string CycloneProfile = "cyclone";

    /// <summary>The <see cref="Profile"/> of redisse.</summary>
    public const string RedisseProfile = "redisse";

    /// <summary>The Redis server that messages come from, as a StackExchange.Redis configuration string. Default empty: the RESP door alone.</summary>
    public string Redis { get; set; } = "";

    /// <summary>More servers by name (in any case), for channel rules and routes that name one: Redis servers, or exchanges of AMQP brokers.</summary>
    public Dictionary<string, string> Servers { get; set; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The listener for publishers that speak the Redis protocol.</summary>
    public RespDoorOptions RespDoor { get; set; } = new();

    /// <summary>How the stream endpoints behave: <c>native</c> (the default), <c>uwsgi</c>, <c>cyclone</c> or <c>redisse</c>, in any case.</summary>
    public string Profile { get; set; } = NativeProfile;

    /// <summary>The stream endpoint.</summary>
    public StreamOptions Stream { get; set; } = new();

    /// <summary>Rules for channels; the first whose <see cref="ChannelRule.Match"/> fits counts, and the defaults of <see cref="ChannelRule"/> where none does.</summary>
    public List<ChannelRule> Channels { get; set; } = [];

    /// <summary>Which paths have which channels; the first whose <see cref="RouteOptions.Path"/> fits counts.</summary>
    public List<RouteOptions> Routes { get; set; } = [];

    /// <summary>Streams whose channels an application has decided.</summary>
    public HandOffOptions HandOff { get; set; } = new();

    /// <summary>Publishing over HTTP.</summary>
    public PublishOptions Publish { get; set; } = new();

    /// <summary>Who may read streams, and publish.</summary>
    public AuthOptions Auth { get; set; } = new();

    /// <summary>The paths for those who run the fabric.</summary>
    public ManagementOptions Management { get; set; } = new();

    /// <summary>Numbers for a Graphite server.</summary>
    public GraphiteOptions Graphite { get; set; } = new();

    /// <summary>Addresses and networks (CIDR) of proxies whose <c>X-Forwarded-For</c> is believed. Default: none.</summary>
    public List<string> KnownProxies { get; set; } = [];

    /// <summary>HTTP/2 in plain text, by prior knowledge.</summary>
    public H2cOptions H2c { get; set; } = new();

    /// <summary>What writes the streams.</summary>
    public EngineOptions Engine { get; set; } = new();

    /// <summary>Planned end of the process.</summary>
    public DrainOptions Drain { get; set; } = new();

    /// <summary>This process's place in a cluster.</summary>
    public ClusterOptions Cluster { get; set; } = new();

    /// <summary>Whether this is the <see cref="Profile"/>.</summary>
    public bool HasProfile(string profile) => profile.Equals(Profile, StringComparison.OrdinalIgnoreCase);

    /// <summary>The rule of channels that none of <see cref="Channels"/> fits.</summary>
    internal ChannelRule OtherChannels { get; } = new();

    /// <summary>All rules of channels, those of routes too.</summary>
    internal IEnumerable<ChannelRule> AllChannels => [.. RouteServers.Complete(this), OtherChannels];

    /// <summary>Whether the profile is redisse's, whose channels are kept in redisse's way.</summary>
    public bool IsRedisse => HasProfile(RedisseProfile);

    /// <summary>Makes configuration strings of Redis servers that are named by URL. Idempotent.</summary>
    internal void ReadRedisUrls()
    {
        Redis = RedisUrl.ToConfiguration(Redis);
        Cluster.Redis = Cluster.Redis is { } cluster ? RedisUrl.ToConfiguration(cluster) : null;
        foreach (var (name, server) in Servers.ToArray())
        {
            Servers[name] = RedisUrl.ToConfiguration(server);
        }
    }

    /// <summary>Gives channels the defaults of the profile. Idempotent.</summary>
    internal void ApplyProfile()
    {
        foreach (var rule in Channels.Append(OtherChannels))
        {
            rule.History.DefaultStore = IsRedisse ? "redisse" : "memory";
        }
    }
}
