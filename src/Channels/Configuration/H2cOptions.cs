namespace SseFabric.Channels.Configuration;

/// <summary><c>Fabric:H2c</c>: HTTP/2 in plain text, by prior knowledge.</summary>
public sealed class H2cOptions
{
    /// <summary>Address and port, as <c>host:port</c>. Default empty: off.</summary>
    public string Listen { get; set; } = "";
}
