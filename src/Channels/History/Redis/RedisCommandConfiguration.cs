using System.Net;
using SseFabric.Channels.Sources.Redis;
using StackExchange.Redis;

namespace SseFabric.Channels.History.Redis;

/// <summary>What a connection for commands alone is made with.</summary>
/// <remarks>The fabric's own pub/sub connection understands every form of address and login; the older StackExchange.Redis, on which commands go in the
/// single-node build, does not.</remarks>
internal static class RedisCommandConfiguration
{
    private const int ReconnectMilliseconds = 100;

    /// <summary>Options from a configuration string; the connection comes back by itself, from the first attempt on.</summary>
    public static ConfigurationOptions Options(string configuration, string clientName)
    {
        // A command mapped to nothing is one that isn't there: without SUBSCRIBE no second connection is opened.
        var (options, user, addresses) = RedisConfigurationString.Parse($"{configuration},$SUBSCRIBE=");
        EndPoint[] all = [.. addresses];
        options.EndPoints.Clear();
        Array.ForEach(all, options.EndPoints.Add);
        SetUser(options, user);
        options.AbortOnConnectFail = false;

        // With the library's own patience commands would fail for seconds after the server's messages are heard again.
        options.ReconnectRetryPolicy = new LinearRetry(ReconnectMilliseconds);
        options.ClientName ??= clientName;
        return options;
    }

    /// <summary>What of a valid configuration string commands can't be sent with; null if they can.</summary>
    public static string? Fault(string configuration)
    {
#if CLUSTERING
        return null;
#else
        var (options, user, addresses) = RedisConfigurationString.Parse(configuration);
        var families = addresses.Select(address => address.AddressFamily).ToList();
        var what = !string.IsNullOrEmpty(user) ? "user="
            : !string.IsNullOrEmpty(options.ServiceName) ? "serviceName="
            : families.Contains(System.Net.Sockets.AddressFamily.Unix) ? "a Unix socket"
            : families.Contains(System.Net.Sockets.AddressFamily.InterNetworkV6) ? "an IPv6 address"
            : null;
        return what is null ? null : $"the single-node build's StackExchange.Redis can't send commands with {what}";
#endif
    }

    private static void SetUser(ConfigurationOptions options, string? user)
    {
#if CLUSTERING
        options.User = user;
#endif
    }
}
