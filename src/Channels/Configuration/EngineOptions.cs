namespace SseFabric.Channels.Configuration;

/// <summary><c>Fabric:Engine</c>: the fabric's own loops, which write the streams in the server's place.</summary>
public sealed class EngineOptions
{
    /// <summary>Whether they do, for streams of HTTP/1 in plain text on Linux. Default true.</summary>
    public bool Enabled { get; set; } = true;
}
