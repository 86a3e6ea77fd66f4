using System.Net;
using Microsoft.AspNetCore.Connections.Features;

namespace SseFabric.Frontend.Endpoints;

/// <summary>The address of a request's client: the peer, or what known proxies say in <c>X-Forwarded-For</c>. Immutable; any thread.</summary>
internal sealed class ClientAddress(IEnumerable<string> knownProxies)
{
    private readonly IPNetwork[] _proxies = [.. knownProxies.Select(Parse)];

    public IPAddress? Of(HttpContext context)
    {
        var address = PeerOf(context);
        if (address is null || !IsProxy(address))
        {
            return address;
        }

        // From the right: each known proxy vouches for the address before its own.
        var forwarded = context.Request.Headers["X-Forwarded-For"].SelectMany(line => (line ?? "").Split(',', StringSplitOptions.TrimEntries));
        foreach (var hop in forwarded.Reverse())
        {
            // Some proxies add the port.
            if (!IPEndPoint.TryParse(hop, out var before))
            {
                break;
            }

            address = Plain(before.Address)!;
            if (!IsProxy(address))
            {
                break;
            }
        }

        return address;
    }

    /// <summary>The other end of the request's connection; null if it isn't one over IP.</summary>
    public static IPAddress? PeerOf(HttpContext context) => Plain(context.Connection.RemoteIpAddress);

    /// <summary>The same of the socket where there is one, for what rests on trust: what a host's middleware writes to <c>RemoteIpAddress</c> can be a header's.</summary>
    public static IPAddress? SocketPeerOf(HttpContext context)
    {
        if (context.Features.Get<IConnectionEndPointFeature>() is { RemoteEndPoint: IPEndPoint peer })
        {
            return Plain(peer.Address);
        }

        if (context.Features.Get<IConnectionSocketFeature>()?.Socket is not { } socket)
        {
            return PeerOf(context);
        }

        try
        {
            return Plain((socket.RemoteEndPoint as IPEndPoint)?.Address);
        }
        catch (ObjectDisposedException)
        {
            // The connection is gone, and with it who it was.
            return null;
        }
    }

    /// <summary>Whether the request comes from a known proxy, which is believed what it says of the client.</summary>
    public bool IsFromProxy(HttpContext context) => PeerOf(context) is { } peer && IsProxy(peer);

    private bool IsProxy(IPAddress address) => Array.Exists(_proxies, network => network.Contains(address));

    private static IPAddress? Plain(IPAddress? address) => address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;

    private static IPNetwork Parse(string text) =>
        text.Contains('/', StringComparison.Ordinal) ? IPNetwork.Parse(text) : new IPNetwork(IPAddress.Parse(text), IPAddress.Parse(text).GetAddressBytes().Length * 8);
}
