namespace SseFabric.Frontend.Authorization;

/// <summary>The origin of the page that a request comes from (RFC 6454).</summary>
internal static class RequestOrigin
{
    /// <summary>Whether the page is of the server that it asks, by the name that the client knows it by.</summary>
    public static bool IsSame(string origin, HttpRequest request) =>
        origin.Equals($"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);
}
