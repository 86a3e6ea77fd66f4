using System.ComponentModel.DataAnnotations;

namespace SseFabric.Channels.Configuration;

/// <summary><c>Fabric:Graphite</c>: the subscribers of each channel, sent to a Graphite server.</summary>
public sealed class GraphiteOptions
{
    /// <summary>The server's UDP listener for lines of text, as <c>host:port</c>. Default empty: nothing is sent.</summary>
    public string Server { get; set; } = "";

    /// <summary>What a metric's name begins with, before the channel. Default <c>sse-fabric.channels</c>.</summary>
    public string Path { get; set; } = "sse-fabric.channels";

    /// <summary>How often; for the first time after one interval. Default 1 min; 1 s to 1 d.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromMinutes(1);
}
