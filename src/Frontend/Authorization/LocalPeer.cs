using System.Net;
using SseFabric.Frontend.Endpoints;

namespace SseFabric.Frontend.Authorization;

/// <summary>Tells requests that are made on this machine, and not by a page of another origin that a browser on it shows.</summary>
internal static class LocalPeer
{
    /// <summary>Why a request doesn't count as made here, as the rest of a sentence; null: it does.</summary>
    /// <param name="context">The request.</param>
    /// <param name="origins">Origins whose pages count.</param>
    /// <param name="originsKey">Where they are listed; null: nowhere.</param>
    public static string? Fault(HttpContext context, IReadOnlyCollection<string> origins, string? originsKey)
    {
        var peer = ClientAddress.SocketPeerOf(context);
        if (peer is null || !IPAddress.IsLoopback(peer))
        {
            return $"the connection comes from {peer?.ToString() ?? "an unknown address"}, which is no loopback address";
        }

        if (context.Request.Headers.Keys.FirstOrDefault(IsForwarded) is { } forwarded)
        {
            return $"the header {forwarded} says that the request was made elsewhere";
        }

        var origin = context.Request.Headers.Origin.ToString();
        return origin.Length == 0 || IsOwn(origin, context.Request) || origins.Contains(origin, StringComparer.OrdinalIgnoreCase)
            ? null
            : $"the page's origin, {origin}, is {(originsKey is null ? "not this server's on localhost" : $"neither this server's on localhost nor in {originsKey}")}";
    }

    /// <summary>The same of a page that this server has served itself, and of what it asks for. A browser gives no origin with what it only reads: there the name counts by which it knows the server.</summary>
    public static string? PageFault(HttpContext context)
    {
        var request = context.Request;
        if (Fault(context, [], originsKey: null) is { } fault)
        {
            return fault;
        }

        if (!IsThisMachine(request.Host.Host))
        {
            return $"any page's host can be made to lead here, {request.Host} too: open it as localhost";
        }

        // A link from elsewhere may lead to it.
        return request.Headers["Sec-Fetch-Site"].ToString() is "cross-site" or "same-site" && request.Headers["Sec-Fetch-Mode"] != "navigate"
            ? "it is a page of another origin that asks"
            : null;
    }

    // X-Original-…: where the forwarded headers middleware of a host keeps what it has replaced.
    private static bool IsForwarded(string header) =>
        header.Equals("Forwarded", StringComparison.OrdinalIgnoreCase) || header.StartsWith("X-Forwarded-", StringComparison.OrdinalIgnoreCase)
        || header.StartsWith("X-Original-", StringComparison.OrdinalIgnoreCase);

    // Any name can be made to lead a browser here, and its pages then are of the "same" origin (DNS rebinding): only those count that can't.
    private static bool IsOwn(string origin, HttpRequest request) => RequestOrigin.IsSame(origin, request) && IsThisMachine(request.Host.Host);

    private static bool IsThisMachine(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}
