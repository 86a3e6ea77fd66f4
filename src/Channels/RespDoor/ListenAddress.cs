using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace SseFabric.Channels.RespDoor;

/// <summary>An address and port to listen on, from <c>host:port</c>. Immutable.</summary>
/// <remarks>The host is an IP address (IPv6 in brackets), <c>localhost</c> (IPv4 and, where there is one, IPv6), or <c>*</c> (every address).</remarks>
public sealed class ListenAddress
{
    private ListenAddress(string text, IReadOnlyList<IPEndPoint> endpoints) => (Text, EndPoints) = (text, endpoints);

    /// <summary>As it was written.</summary>
    public string Text { get; }

    /// <summary>What to bind: one endpoint, or for <c>localhost</c> two. Port 0 stands for any free one.</summary>
    public IReadOnlyList<IPEndPoint> EndPoints { get; }

    /// <summary>Reads <c>host:port</c>, or says in one sentence what is wrong with it.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out ListenAddress? address, [NotNullWhen(false)] out string? error)
    {
        address = null;
        error = null;
        var colon = text.LastIndexOf(':');
        if (colon <= 0 || !ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            error = $"'{text}' is not of the form host:port with a port from 0 to 65535.";
            return false;
        }

        var addresses = Addresses(text[..colon]);
        if (addresses is null)
        {
            error = $"'{text[..colon]}' is neither an IP address (IPv6 in brackets), nor localhost, nor *.";
            return false;
        }

        address = new ListenAddress(text, [.. addresses.Select(ip => new IPEndPoint(ip, port))]);
        return true;
    }

    /// <summary>As it was written.</summary>
    public override string ToString() => Text;

    private static IPAddress[]? Addresses(string host)
    {
        var isBracketed = host.StartsWith('[') && host.EndsWith(']');
        return host switch
        {
            "localhost" => Socket.OSSupportsIPv6 ? [IPAddress.Loopback, IPAddress.IPv6Loopback] : [IPAddress.Loopback],
            "*" => [Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any],
            _ when IPAddress.TryParse(host, out var ip) && isBracketed == (ip.AddressFamily == AddressFamily.InterNetworkV6) => [ip],
            _ => null,
        };
    }
}
