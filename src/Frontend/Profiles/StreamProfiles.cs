using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using SseFabric.Channels.Configuration;
using SseFabric.Frontend.Framing;

namespace SseFabric.Frontend.Profiles;

/// <summary>The profiles, each made once: streams share what is written to them if they share the profile's format.</summary>
internal sealed class StreamProfiles(FabricOptions options, TimeProvider time)
{
    private const string EventStream = "text/event-stream";

    /// <summary>The fabric's own.</summary>
    public StreamProfile Native { get; } = OwnProfile(new NativeFormat(options.Stream));

    /// <summary>The fabric's own, where each event says its channel and its position there.</summary>
    public StreamProfile Named { get; } = OwnProfile(new NamedFormat(options.Stream));

    /// <summary>That of uwsgi-sse-offload.</summary>
    public StreamProfile Uwsgi { get; } = new(new UwsgiFormat())
    {
        Head = [Header(HeaderNames.ContentType, EventStream), Header(HeaderNames.CacheControl, "no-cache")],
        IgnoresAccept = true,
    };

    /// <summary>That of cyclone-sse.</summary>
    public StreamProfile Cyclone { get; } = new(new CycloneFormat(options.Stream, isAlone: !options.Cluster.IsMember, time))
    {
        Head = [Header(HeaderNames.ContentType, EventStream), Header(HeaderNames.CacheControl, "no-cache")],
        IgnoresAccept = true,
        PollsByHeader = true,
        Common = CycloneHeaders(new CycloneCors(options.Stream.Cors)),
        Preflight = CycloneCors.AnswerPreflight,
    };

    /// <summary>That of redisse.</summary>
    public StreamProfile Redisse { get; } = new(new RedisseFormat(options.Stream))
    {
        Head = [Header(HeaderNames.ContentType, EventStream), Header(HeaderNames.CacheControl, "no-cache"), Header("X-Accel-Buffering", "no")],
        BeginsAtCounter = true,
        BusyBody = "503 Service Unavailable\n",
    };

    /// <summary>A profile of its own for payloads as they were published; make one a route, not one a request.</summary>
    /// <param name="contentType">The content type of the response.</param>
    /// <param name="prefix">Written before each payload.</param>
    /// <param name="suffix">Written after each payload.</param>
    /// <param name="preamble">Written once to each subscriber, before any payload.</param>
    public static StreamProfile Raw(string contentType, byte[] prefix, byte[] suffix, byte[] preamble) => new(new RawFormat(prefix, suffix, preamble))
    {
        Head = [Header(HeaderNames.ContentType, contentType), Header(HeaderNames.CacheControl, "no-cache"), Header("X-Accel-Buffering", "no")],
        IgnoresAccept = true,
    };

    /// <summary>The profile of a name, in any case; null: there is none.</summary>
    public StreamProfile? Find(string name) => name.ToUpperInvariant() switch
    {
        "NATIVE" => Native,
        "UWSGI" => Uwsgi,
        "CYCLONE" => Cyclone,
        "REDISSE" => Redisse,
        _ => null,
    };

    private static StreamProfile OwnProfile(IStreamFormat format) => new(format)
    {
        Head = [Header(HeaderNames.ContentType, EventStream), Header(HeaderNames.CacheControl, "no-cache"), Header("X-Accel-Buffering", "no")],
        SparesEventSource = true,
    };

    private static Action<HttpContext> CycloneHeaders(CycloneCors cors) => context =>
    {
        cors.Allow(context);
        if (HttpProtocol.IsHttp11(context.Request.Protocol))
        {
            context.Response.Headers.Connection = "keep-alive";
        }
    };

    private static KeyValuePair<string, StringValues> Header(string name, string value) => new(name, value);
}
