using System.Net;
using System.Security.Cryptography;
using System.Text;
using SseFabric.Channels.Configuration;

namespace SseFabric.Frontend.Publishing;

/// <summary>Who may publish over HTTP. Immutable; any thread.</summary>
/// <remarks>
/// With keys, whoever gives one. Without, publishers on this machine, and no page of another origin that a browser on it shows; or anybody, if
/// <see cref="PublishOptions.Open"/>.
/// </remarks>
internal sealed class PublishAccess(PublishOptions options)
{
    private const string Scheme = "Bearer ";

    private readonly byte[][] _keys = [.. options.Keys.Select(Hash)];

    /// <summary>Whether a key has to be given.</summary>
    public bool NeedsKey => _keys.Length > 0;

    /// <summary>The key of the header <c>Authorization</c>; null if it has none.</summary>
    public static string? KeyOf(HttpRequest request) =>
        request.Headers.Authorization.ToString() is var header && header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..].Trim() : null;

    /// <summary>Whether this is one of the keys, in a time that tells nothing of them.</summary>
    public bool IsKey(string? given)
    {
        // Of hashes, which are of one length, and all of them.
        var hash = Hash(given ?? "");
        var found = false;
        foreach (var key in _keys)
        {
            found |= CryptographicOperations.FixedTimeEquals(key, hash);
        }

        return found;
    }

    /// <summary>Why a publisher without a key is refused where none is asked for; null if it isn't.</summary>
    public PublishRefusal? CheckPeer(HttpContext context)
    {
        if (options.Open)
        {
            return null;
        }

        var peer = context.Connection.RemoteIpAddress;
        if (peer is { IsIPv4MappedToIPv6: true })
        {
            peer = peer.MapToIPv4();
        }

        if (peer is null || !IPAddress.IsLoopback(peer))
        {
            return Forbidden($"the connection comes from {peer?.ToString() ?? "an unknown address"}, which is no loopback address");
        }

        if (context.Request.Headers.Keys.FirstOrDefault(IsForwarded) is { } forwarded)
        {
            return Forbidden($"the header {forwarded} says that the request was made elsewhere");
        }

        var origin = context.Request.Headers.Origin.ToString();
        return origin.Length == 0 || IsSame(origin, context.Request) || options.Origins.Contains(origin, StringComparer.OrdinalIgnoreCase)
            ? null
            : Forbidden($"the page's origin, {origin}, is neither this server's on localhost nor in Fabric:Publish:Origins");
    }

    private static PublishRefusal Forbidden(string reason) =>
        PublishRefusal.Forbidden($"Without Fabric:Publish:Keys only publishers on this machine are taken, and {reason}.");

    private static bool IsForwarded(string header) =>
        header.Equals("Forwarded", StringComparison.OrdinalIgnoreCase) || header.StartsWith("X-Forwarded-", StringComparison.OrdinalIgnoreCase);

    // Any name can be made to lead a browser here, and its pages then are of the "same" origin (DNS rebinding): only those count that can't.
    private static bool IsSame(string origin, HttpRequest request) =>
        origin.Equals($"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase) && IsThisMachine(request.Host.Host);

    private static bool IsThisMachine(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
