using System.ComponentModel.DataAnnotations;

namespace SseFabric.Channels.Configuration;

/// <summary><c>Fabric:HandOff</c>: streams whose channels an application has decided.</summary>
public sealed class HandOffOptions
{
    /// <summary>The most channels that an application may name. Default 1000; 1 to 1000.</summary>
    [Range(1, 1000)]
    public int MaxChannels { get; set; } = 1000;

    /// <summary>The path to which a proxy passes an <c>X-Accel-Redirect</c>; the same with a <c>/</c> at its end is served too. Default <c>/redisse</c>; empty: off.</summary>
    public string InternalPath { get; set; } = "/redisse";

    /// <summary>The key with which applications sign redirects; then an unsigned one is taken from nowhere. Default null: none is signed; 16 to 1024 characters.</summary>
    public string? SigningKey { get; set; }

    /// <summary>Addresses and networks (CIDR) of peers whose unsigned redirects are taken. Default <c>127.0.0.1</c> and <c>::1</c>.</summary>
    public List<string> TrustUnsignedFrom { get; set; } = ["127.0.0.1", "::1"];
}
