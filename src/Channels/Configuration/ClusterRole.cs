namespace SseFabric.Channels.Configuration;

/// <summary>What a process does in a cluster.</summary>
public enum ClusterRole
{
    /// <summary>Hosts channel grains and serves HTTP.</summary>
    All = 0,

    /// <summary>Hosts channel grains.</summary>
    Channels = 1,

    /// <summary>Serves HTTP.</summary>
    Frontend = 2,
}
