using Microsoft.Extensions.Primitives;

namespace SseFabric.Frontend.HandOff;

/// <summary>The headers that are about one connection (RFC 9110, 7.6.1) and are never passed on: the well-known ones, and those that <c>Connection</c> names.</summary>
internal readonly struct ConnectionHeaders(StringValues connection)
{
    private static readonly HashSet<string> s_known = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "HTTP2-Settings", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade",
    };

    private readonly string[] _named =
        connection.Count == 0 ? [] : [.. connection.SelectMany(line => (line ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];

    public bool Contains(string name) => s_known.Contains(name) || _named.Contains(name, StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether <c>Connection</c> names this.</summary>
    public bool Names(string name) => _named.Contains(name, StringComparer.OrdinalIgnoreCase);
}
