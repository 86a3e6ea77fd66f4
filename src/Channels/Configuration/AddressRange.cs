using System.Net;

namespace SseFabric.Channels.Configuration;

/// <summary>Reads addresses and networks (CIDR) strictly.</summary>
public static class AddressRange
{
    /// <summary>What is accepted, for messages.</summary>
    public const string Accepted = "an IP address, or a network as ADDRESS/BITS";

    /// <summary>Reads an address, as a network of one, or a network.</summary>
    public static bool TryParse(string value, out IPNetwork range)
    {
        if (TryParseAddress(value, out var address))
        {
            range = new IPNetwork(address, address.GetAddressBytes().Length * 8);
            return true;
        }

        range = default;
        return value.Contains('/', StringComparison.Ordinal) && TryParseAddress(value[..value.IndexOf('/', StringComparison.Ordinal)], out _) && IPNetwork.TryParse(value, out range);
    }

    /// <summary>Reads an address; unlike the framework's it takes no short forms such as <c>127.1</c>, which are slips here.</summary>
    public static bool TryParseAddress(string value, out IPAddress address)
    {
        address = IPAddress.TryParse(value, out var parsed) ? parsed : IPAddress.None;
        return parsed is not null && !value.StartsWith('[')
            && (parsed.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 || parsed.ToString() == value);
    }
}
