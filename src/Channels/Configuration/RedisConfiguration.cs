using StackExchange.Redis;

namespace SseFabric.Channels.Configuration;

/// <summary>Checks a StackExchange.Redis configuration string.</summary>
internal static class RedisConfiguration
{
    /// <summary>What is accepted, for messages.</summary>
    public const string Accepted = "a StackExchange.Redis configuration, host:port[,option=value…]";

    /// <summary>What is wrong with a configuration string, without repeating any of it; null if nothing is.</summary>
    /// <remarks>The one place in which the options' Redis strings are checked.</remarks>
    public static string? Fault(string value)
    {
        try
        {
            return ConfigurationOptions.Parse(value).EndPoints.Count == 0 ? "it names no server" : null;
        }
        catch (ArgumentException)
        {
            return "an option in it is unknown or has a bad value";
        }
    }
}
