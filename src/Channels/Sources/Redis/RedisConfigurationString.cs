using System.Net;
using System.Net.Sockets;
using StackExchange.Redis;

namespace SseFabric.Channels.Sources.Redis;

/// <summary>Reads a StackExchange.Redis configuration string, alike in the two versions of that library.</summary>
/// <remarks>Version 1.2.6 knows neither <c>user=</c> nor Unix sockets (<c>!/path</c>), so these two are read here, whichever version is there.</remarks>
internal static class RedisConfigurationString
{
    private const string UserKey = "user=";

    /// <exception cref="ArgumentException">The string is none; so does the library put it, and by other exceptions too.</exception>
    public static (ConfigurationOptions Options, string? User, IEnumerable<EndPoint> EndPoints) Parse(string configuration)
    {
        string? user = null;
        var rest = new List<string>();
        var sockets = new List<EndPoint>();
        foreach (var part in configuration.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (part.StartsWith(UserKey, StringComparison.OrdinalIgnoreCase))
            {
                user = part[UserKey.Length..];
            }
            else if (part.StartsWith('!'))
            {
                sockets.Add(new UnixDomainSocketEndPoint(part[1..]));
            }
            else
            {
                rest.Add(part);
            }
        }

        // The newer version refuses an empty string.
        var options = rest.Count == 0 ? new ConfigurationOptions() : ConfigurationOptions.Parse(string.Join(',', rest));
        return (options, user, sockets.Concat(options.EndPoints));
    }
}
