namespace SseFabric.Channels.Configuration;

/// <summary><c>Fabric:Management</c>: the paths for those who run the fabric, <c>/health</c>, <c>/stats</c>, <c>/metrics</c>, <c>/dashboard</c> and <c>/admin</c>.</summary>
public sealed class ManagementOptions
{
    /// <summary>Address and port, as <c>host:port</c>, on which these paths are then served, and they alone. Default empty: where everything else is.</summary>
    public string Listen { get; set; } = "";

    /// <summary>What has to be given as <c>Authorization: Bearer</c>, but for <c>/health</c>. Default null: requests on this machine alone; cyclone's <c>/stats</c> and redisse's counts everybody's.</summary>
    public string? Key { get; set; }
}
