using StackExchange.Redis;

namespace SseFabric.Client.Redis;

/// <summary>Reads a StackExchange.Redis configuration string.</summary>
internal static class RedisServerConfiguration
{
    /// <summary>What is accepted, for messages.</summary>
    public const string Accepted = "a StackExchange.Redis configuration, host:port[,option=value…]";

    /// <summary>Whether it names a server.</summary>
    public static bool IsValid(string configuration)
    {
        try
        {
            return !string.IsNullOrWhiteSpace(configuration) && ConfigurationOptions.Parse(configuration).EndPoints.Count > 0;
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException)
        {
            return false;
        }
    }

    /// <summary>What a connection for commands alone is made with; it comes back by itself, from the first attempt on.</summary>
    public static ConfigurationOptions Options(string configuration, string clientName)
    {
        // A command mapped to nothing is one that isn't there: without SUBSCRIBE no second connection is opened.
        var options = ConfigurationOptions.Parse($"{configuration},$SUBSCRIBE=");
        options.AbortOnConnectFail = false;
        options.ClientName ??= clientName;
        return options;
    }
}
