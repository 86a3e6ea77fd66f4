using System.ComponentModel.DataAnnotations;

namespace SseFabric.Channels.Configuration;

/// <summary><c>Fabric:HandOff</c>: streams whose channels an application has decided.</summary>
public sealed class HandOffOptions
{
    /// <summary>The most channels that an application may name. Default 1000; 1 to 1000.</summary>
    [Range(1, 1000)]
    public int MaxChannels { get; set; } = 1000;

    /// <summary>Headers with which an application's 2xx answer names the channels of a stream. Default <c>X-SSE-OFFLOAD</c>; none: only <see cref="TypedHeaders"/>.</summary>
    public List<string> Headers { get; set; } = ["X-SSE-OFFLOAD"];

    /// <summary>Headers that do so in an answer of type <c>text/event-stream</c> or <c>event/stream</c> alone. Default <c>X-SSE-Channel</c>.</summary>
    public List<string> TypedHeaders { get; set; } = ["X-SSE-Channel"];

    /// <summary>Whether the client sees these headers. Default false.</summary>
    public bool ShowToClient { get; set; }

    /// <summary>Whether the body of an application's answer is sent ahead of the events. Default false: it is thrown away.</summary>
    public bool Prelude { get; set; }

    /// <summary>Whether an answer's GRIP headers (<c>Grip-Hold</c>) are a hand-off too. Default true.</summary>
    public bool Grip { get; set; } = true;

    /// <summary>How long an application may take to answer once it has been sent the request, and to take each part of a request. Default 60 s; 0.1 s to 1 h.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>The longest silence within the body of an answer that is passed on. Default 5 min; 0.1 s to 1 day.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "1.00:00:00")]
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The most connections to one application; more requests wait, no longer than <see cref="Timeout"/>. Default 1000; 1 to 65,535.</summary>
    [Range(1, ushort.MaxValue)]
    public int MaxConnections { get; set; } = 1000;

    /// <summary>The largest body of a request that is passed to an application, in bytes. Default 100 MiB; 0 (no limit) to 1 TiB.</summary>
    [Range(typeof(long), "0", "1099511627776")]
    public long MaxRequestBytes { get; set; } = 100 << 20;

    /// <summary>The path to which a proxy passes an <c>X-Accel-Redirect</c>; the same with a <c>/</c> at its end is served too. Default <c>/redisse</c>; empty: off.</summary>
    public string InternalPath { get; set; } = "/redisse";

    /// <summary>The key with which applications sign redirects; then an unsigned one is taken from nowhere. Default null: none is signed; 16 to 1024 characters.</summary>
    public string? SigningKey { get; set; }

    /// <summary>Addresses and networks (CIDR) of peers whose unsigned redirects are taken. Default <c>127.0.0.1</c> and <c>::1</c>.</summary>
    public List<string> TrustUnsignedFrom { get; set; } = ["127.0.0.1", "::1"];
}
