using SseFabric.Channels.History.Redis;
using SseFabric.Channels.Sources.Redis;

namespace SseFabric.Client.Redis;

/// <summary>Reads a StackExchange.Redis configuration string.</summary>
internal static class RedisServerConfiguration
{
    /// <summary>What is accepted, for messages.</summary>
    public const string Accepted = "a StackExchange.Redis configuration, host:port[,option=value…]";

    private const string NoServer = "names no server";

    /// <summary>What is wrong with it, as the end of a sentence; null if nothing is.</summary>
    public static string? Fault(string configuration)
    {
        try
        {
            return !RedisConfigurationString.Parse(configuration).EndPoints.Any() ? NoServer
                : RedisCommandConfiguration.Fault(configuration) is { } fault ? $"is not possible here: {fault}"
                : null;
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException)
        {
            return NoServer;
        }
    }
}
