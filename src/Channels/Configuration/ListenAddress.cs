using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace SseFabric.Channels.Configuration;

/// <summary>Where a listener listens: <c>host:port</c>.</summary>
/// <param name="Address">The address; <c>localhost</c> is 127.0.0.1.</param>
/// <param name="Port">The port; 0: any free one.</param>
public sealed record ListenAddress(IPAddress Address, int Port)
{
    /// <summary>What is accepted, for messages.</summary>
    public const string Accepted = "host:port, the host an IP address (IPv6 in brackets), localhost, or * for every address, the port 0 to 65535";

    /// <summary>The address as the framework wants it.</summary>
    public IPEndPoint EndPoint => new(Address, Port);

    /// <summary>Reads <c>host:port</c>.</summary>
    public static bool TryParse(string? value, [NotNullWhen(true)] out ListenAddress? address)
    {
        address = null;
        var colon = value?.LastIndexOf(':') ?? -1;
        if (colon <= 0 || !ushort.TryParse(value.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            return false;
        }

        if (HostAddress(value![..colon]) is not { } host)
        {
            return false;
        }

        address = new ListenAddress(host, port);
        return true;
    }

    /// <summary><c>host:port</c>.</summary>
    public override string ToString() => EndPoint.ToString();

    private static IPAddress? HostAddress(string host) => host switch
    {
        "localhost" => IPAddress.Loopback,
        "*" => Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any,
        ['[', .. var v6, ']'] => v6.Contains(':', StringComparison.Ordinal) && AddressRange.TryParseAddress(v6, out var address) ? address : null,
        _ => !host.Contains(':', StringComparison.Ordinal) && AddressRange.TryParseAddress(host, out var address) ? address : null,
    };
}
