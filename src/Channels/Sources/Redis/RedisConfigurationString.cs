using System.Net;
using StackExchange.Redis;
#if !CLUSTERING
using System.Net.Sockets;
#endif

namespace SseFabric.Channels.Sources.Redis;

/// <summary>Reads a StackExchange.Redis configuration string, alike in the two versions of that library.</summary>
internal static class RedisConfigurationString
{
    /// <exception cref="ArgumentException">The string is none; so does the library put it, and other exceptions too.</exception>
    public static (ConfigurationOptions Options, string? User, IEnumerable<EndPoint> EndPoints) Parse(string configuration)
    {
#if CLUSTERING
        var options = ConfigurationOptions.Parse(configuration);
        return (options, options.User, options.EndPoints);
#else
        // Version 1.2.6 knows neither users nor Unix sockets.
        string? user = null;
        var rest = new List<string>();
        var sockets = new List<EndPoint>();
        foreach (var part in configuration.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (part.StartsWith("user=", StringComparison.OrdinalIgnoreCase))
            {
                user = part["user=".Length..];
            }
            else if (part.StartsWith("unix:", StringComparison.Ordinal) || part.StartsWith('!'))
            {
                sockets.Add(new UnixDomainSocketEndPoint(part[0] == '!' ? part[1..] : part["unix:".Length..]));
            }
            else
            {
                rest.Add(part);
            }
        }

        var options = ConfigurationOptions.Parse(string.Join(',', rest));
        return (options, user, sockets.Concat(options.EndPoints));
#endif
    }
}
