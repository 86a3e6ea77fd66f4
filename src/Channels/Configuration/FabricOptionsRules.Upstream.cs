using System.Text.RegularExpressions;

namespace SseFabric.Channels.Configuration;

/// <summary>The headers by which applications hand off.</summary>
internal sealed partial class FabricOptionsRules
{
    // What frames a message, or is the stream's own, can't name channels beside it.
    private static readonly HashSet<string> s_ownHeaders = new(StringComparer.OrdinalIgnoreCase)
    {
        "Cache-Control", "Connection", "Content-Encoding", "Content-Length", "Content-Type", "Date", "ETag", "Host", "Keep-Alive", "Location", "Proxy-Connection",
        "Set-Cookie", "TE", "Trailer", "Transfer-Encoding", "Upgrade",
    };

    private void CheckHandOffHeaders()
    {
        CheckHeaders("HandOff:Headers", options.HandOff.Headers);
        CheckHeaders("HandOff:TypedHeaders", options.HandOff.TypedHeaders);
    }

    private void CheckHeaders(string key, List<string> headers)
    {
        for (var i = 0; i < headers.Count; i++)
        {
            if (!HeaderNameForm().IsMatch(headers[i]))
            {
                Refuse($"{key}:{i}", headers[i], "the name of a header such as X-SSE-OFFLOAD, 1 to 100 characters");
            }
            else if (s_ownHeaders.Contains(headers[i]) || headers[i].StartsWith("Grip-", StringComparison.OrdinalIgnoreCase))
            {
                Refuse($"{key}:{i}", headers[i], "a header that means nothing else, such as X-SSE-OFFLOAD");
            }
        }
    }

    // RFC 9110, 5.6.2.
    [GeneratedRegex(@"^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}\z")]
    private static partial Regex HeaderNameForm();
}
