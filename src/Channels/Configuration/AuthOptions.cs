namespace SseFabric.Channels.Configuration;

/// <summary><c>Fabric:Auth</c>: who may read streams, and publish.</summary>
public sealed class AuthOptions
{
    /// <summary>Signed tokens. Default null: streams are open to everybody who reaches them.</summary>
    public JwtOptions? Jwt { get; set; }
}
