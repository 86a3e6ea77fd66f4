using System.ComponentModel.DataAnnotations;

namespace SseFabric.Channels.Configuration;

/// <summary><c>Fabric:Cluster</c>: a process is part of a cluster only if <see cref="Role"/> or <see cref="Redis"/> is set.</summary>
public sealed class ClusterOptions
{
    /// <summary>The Redis server in which the cluster meets, as a StackExchange.Redis configuration string. Default null: <c>Fabric:Redis</c>.</summary>
    public string? Redis { get; set; }

    /// <summary>What this process does in the cluster. Default null: everything.</summary>
    public ClusterRole? Role { get; set; }

    /// <summary>Processes with the same id are one cluster. Default <c>sse-fabric</c>.</summary>
    public string ClusterId { get; set; } = "sse-fabric";

    /// <summary>The port for the other silos. Default 11111; 1 to 65535.</summary>
    [Range(1, 65535)]
    public int SiloPort { get; set; } = 11111;

    /// <summary>The port for Orleans clients. Default 30000; 0 (none) to 65535.</summary>
    [Range(0, 65535)]
    public int GatewayPort { get; set; } = 30000;

    /// <summary>The IP address at which the others reach this process. Default null: the host's own; 127.0.0.1 where that can't be told.</summary>
    public string? AdvertisedAddress { get; set; }

    /// <summary>Whether this process is part of a cluster.</summary>
    public bool IsMember => Role is not null || !string.IsNullOrEmpty(Redis);
}
