using System.Net;
using System.Net.Sockets;
using StackExchange.Redis;

namespace SseFabric.Channels.Sources.Redis;

/// <summary>Reads a StackExchange.Redis configuration string, alike in the two versions of that library.</summary>
/// <remarks>
/// Version 1.2.6 knows neither <c>user=</c>, nor Unix sockets (<c>!/path</c>), nor IPv6 addresses in brackets: those are read here, whichever version is
/// there. A key that only the newer one knows, such as <c>sslProtocols</c>, is refused by the older with its name.
/// </remarks>
internal static class RedisConfigurationString
{
    private const string UserKey = "user=";

    /// <exception cref="ArgumentException">The string is none; so does the library put it, and by other exceptions too.</exception>
    public static (ConfigurationOptions Options, string? User, IEnumerable<EndPoint> EndPoints) Parse(string configuration)
    {
        string? user = null;
        var rest = new List<string>();
        var addresses = new List<EndPoint>();
        foreach (var part in configuration.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (part.StartsWith(UserKey, StringComparison.OrdinalIgnoreCase))
            {
                user = part[UserKey.Length..];
            }
            else if (part.StartsWith('!'))
            {
                addresses.Add(new UnixDomainSocketEndPoint(part[1..]));
            }
            else if (part.StartsWith('[') && IPEndPoint.TryParse(part, out var address))
            {
                addresses.Add(address);
            }
            else
            {
                rest.Add(part);
            }
        }

        // The newer version refuses an empty string.
        var options = rest.Count == 0 ? new ConfigurationOptions() : ConfigurationOptions.Parse(string.Join(',', rest));
        return (options, user, addresses.Concat(options.EndPoints));
    }
}
