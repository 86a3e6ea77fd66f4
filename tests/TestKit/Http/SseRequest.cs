using System.Net;

namespace SseFabric.TestKit.Http;

public sealed record SseRequest
{
    public static readonly SseRequest Default = new();

    /// <summary>Sent as <c>Last-Event-ID</c>.</summary>
    public string? LastEventId { get; init; }

    /// <summary>Null: no Accept header.</summary>
    public string? Accept { get; init; } = "text/event-stream";

    public HttpMethod Method { get; init; } = HttpMethod.Get;

    public Version Version { get; init; } = HttpVersion.Version11;

    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();
}
