namespace SseFabric.Channels.Configuration;

/// <summary><c>Fabric:Stream:Cors</c>: which pages of other origins may read streams.</summary>
public sealed class CorsOptions
{
    /// <summary>Origins such as <c>https://example.org</c>, or <c>*</c> for all of them, then without cookies. Default: none.</summary>
    public List<string> Origins { get; set; } = [];
}
