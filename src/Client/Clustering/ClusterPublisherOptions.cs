namespace SseFabric.Client.Clustering;

/// <summary>How an application joins a cluster of the fabric as an Orleans client.</summary>
public sealed class ClusterPublisherOptions
{
    /// <summary>The Redis server in which the cluster meets (<c>Fabric:Cluster:Redis</c>), as a StackExchange.Redis configuration string. Default
    /// <c>127.0.0.1:6379</c>.</summary>
    public string Redis { get; set; } = "127.0.0.1:6379";

    /// <summary>The cluster's id (<c>Fabric:Cluster:ClusterId</c>). Default <c>sse-fabric</c>.</summary>
    public string ClusterId { get; set; } = "sse-fabric";

    /// <summary>How long the application's start waits for the cluster before it fails. Default 30 s; 0 to an hour.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(30);
}
