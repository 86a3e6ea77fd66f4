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

    /// <summary>Writes the head.</summary>
    public void SetHead(HttpResponse response)
    {
        foreach (var (name, value) in Head)
        {
            response.Headers[name] = value;
        }
    }
}
