using SseFabric.Channels.History.Redis;
using SseFabric.Channels.Sources.Redis;

namespace SseFabric.Channels.Configuration;

/// <summary>Checks a StackExchange.Redis configuration string.</summary>
internal static class RedisConfiguration
{
    /// <summary>What is accepted, for messages.</summary>
    public const string Accepted = "a StackExchange.Redis configuration, host:port[,option=value…], or a URL, redis://[:PASSWORD@]HOST[:PORT][/DATABASE]";

    /// <summary>What is wrong with a configuration string, without any secret of it; null if nothing is.</summary>
    public static string? Fault(string value)
    {
        if (RedisEndpoints.TryParse(value, out _, out _))
        {
            return null;
        }

        // What is wrong is told of the string without its passwords: the parser repeats parts of what it doesn't understand.
        return RedisEndpoints.TryParse(Redaction.WithoutPasswords(value), out _, out var fault) ? "what comes after the password" : fault.TrimEnd('.');
    }

    /// <summary>Why histories can't be kept on the server of a configuration string; null if they can, or the string is none.</summary>
    public static string? CommandFault(string? value) =>
        !string.IsNullOrEmpty(value) && RedisEndpoints.TryParse(value, out _, out _) ? RedisCommandConfiguration.Fault(value) : null;
}
