using Microsoft.Extensions.Primitives;
using SseFabric.Frontend.Framing;

namespace SseFabric.Frontend.Profiles;

/// <summary>How a stream endpoint answers: the head, the format of what follows, and what is said when it can't be served now. Immutable; any thread.</summary>
/// <param name="Format">How the stream looks.</param>
internal sealed record StreamProfile(IStreamFormat Format)
{
    /// <summary>The headers of a stream.</summary>
    public required KeyValuePair<string, StringValues>[] Head { get; init; }

    /// <summary>Whether a client that asks for an event stream by name is told with a 200 to come back, since an EventSource gives up for good on any other status.</summary>
    public bool SparesEventSource { get; init; }

    /// <summary>Whether a stream's place is said by redisse's counter of all events, which is read first.</summary>
    public bool BeginsAtCounter { get; init; }

    /// <summary>The body of a 503, as plain text, where the original's is known; null: problem details.</summary>
    public string? BusyBody { get; init; }

    /// <summary>Whether it streams whatever the header <c>Accept</c> says.</summary>
    public bool IgnoresAccept { get; init; }

    /// <summary>Whether a poll is asked for by <c>X-Requested-With: XMLHttpRequest</c>, not by <c>polling</c> in the query.</summary>
    public bool PollsByHeader { get; init; }

    /// <summary>Writes what every answer of the endpoint has, refusals too; null: nothing.</summary>
    public Action<HttpContext>? Common { get; init; }

    /// <summary>Answers OPTIONS, after <see cref="Common"/>; null: it is no method of the endpoint.</summary>
    public Action<HttpContext>? Preflight { get; init; }

    /// <summary>The methods of the endpoint.</summary>
    public string AllowedMethods => Preflight is null ? "GET, HEAD" : "GET, HEAD, OPTIONS";

    /// <summary>Whether a request asks for a poll.</summary>
    /// <param name="request">The request.</param>
    /// <param name="isInQuery">Whether <c>polling</c> is in its query.</param>
    public bool IsPoll(HttpRequest request, bool isInQuery) =>
        PollsByHeader ? request.Headers.XRequestedWith.ToString().Equals("XMLHttpRequest", StringComparison.OrdinalIgnoreCase) : isInQuery;

    /// <summary>Writes the head of a stream.</summary>
    public void SetHead(HttpContext context)
    {
        Common?.Invoke(context);
        foreach (var (name, value) in Head)
        {
            context.Response.Headers[name] = value;
        }
    }
}
