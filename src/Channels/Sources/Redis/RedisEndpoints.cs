using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using StackExchange.Redis;

namespace SseFabric.Channels.Sources.Redis;

/// <summary>Where a Redis server is and how to log in, from a StackExchange.Redis configuration string. Immutable.</summary>
public sealed class RedisEndpoints
{
    private const int DefaultPort = 6379;
    private const int DefaultTlsPort = 6380;
    private const int DefaultSentinelPort = 26379;

    private RedisEndpoints(ConfigurationOptions options, string? user, IReadOnlyList<EndPoint> addresses)
    {
        Addresses = addresses;
        User = string.IsNullOrEmpty(user) ? null : user;
        Password = string.IsNullOrEmpty(options.Password) ? null : options.Password;
        Tls = options.Ssl;
        TlsHost = string.IsNullOrEmpty(options.SslHost) ? null : options.SslHost;
        TlsProtocols = options.SslProtocols ?? SslProtocols.None;
        ServiceName = string.IsNullOrEmpty(options.ServiceName) ? null : options.ServiceName;
        ClientName = string.IsNullOrEmpty(options.ClientName) ? null : options.ClientName;
        ChannelPrefix = (byte[]?)options.ChannelPrefix ?? [];
        ConnectTimeout = TimeSpan.FromMilliseconds(Math.Max(100, options.ConnectTimeout));
    }

    /// <summary>What it is, without secrets: <c>Redis 127.0.0.1:6379</c>.</summary>
    public string Description =>
        $"Redis {(ServiceName is null ? "" : $"{ServiceName} by Sentinel ")}{string.Join(", ", Addresses.Select(Text))}{(Tls ? " (TLS)" : "")}";

    internal IReadOnlyList<EndPoint> Addresses { get; }

    internal string? User { get; }

    internal string? Password { get; }

    internal bool Tls { get; }

    internal string? TlsHost { get; }

    internal SslProtocols TlsProtocols { get; }

    /// <summary>The name of the master that the addresses, which are Sentinels, are asked for; null: the addresses are Redis servers.</summary>
    internal string? ServiceName { get; }

    internal string? ClientName { get; }

    /// <summary>What stands before every channel's name on the server.</summary>
    internal byte[] ChannelPrefix { get; }

    internal TimeSpan ConnectTimeout { get; }

    /// <summary>Reads a configuration string, or says in one sentence what is wrong with it. No name is resolved and no connection made.</summary>
    public static bool TryParse(
        string configuration, [NotNullWhen(true)] out RedisEndpoints? result, [NotNullWhen(false)] out string? error)
    {
        result = null;
        error = null;
        try
        {
            var (options, user, addresses) = RedisConfigurationString.Parse(configuration);
            var defaultPort = !string.IsNullOrEmpty(options.ServiceName) ? DefaultSentinelPort : options.Ssl ? DefaultTlsPort : DefaultPort;
            var withPorts = addresses.Select(address => WithPort(address, defaultPort)).ToArray();
            error = withPorts.Length == 0 ? "It names no server." : withPorts.Select(Fault).FirstOrDefault(fault => fault is not null);
            result = error is null ? new RedisEndpoints(options, user, withPorts) : null;
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or OverflowException or SocketException or NotSupportedException)
        {
            error = exception.Message.ReplaceLineEndings(" ");
        }

        return error is null;
    }

    internal static string Text(EndPoint address) => address switch
    {
        DnsEndPoint dns => $"{dns.Host}:{dns.Port}",
        _ => address.ToString() ?? "",
    };

    private static EndPoint WithPort(EndPoint address, int port) => address switch
    {
        IPEndPoint { Port: 0 } ip => new IPEndPoint(ip.Address, port),
        DnsEndPoint { Port: 0 } dns => new DnsEndPoint(dns.Host, port),
        _ => address,
    };

    // The library takes anything for a host name: a forgotten comma must not end in endless attempts to connect to it.
    private static string? Fault(EndPoint address) =>
        address is DnsEndPoint dns && Uri.CheckHostName(dns.Host) == UriHostNameType.Unknown ? $"'{dns.Host}' is no host name." : null;
}
