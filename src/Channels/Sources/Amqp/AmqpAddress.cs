using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace SseFabric.Channels.Sources.Amqp;

/// <summary>An exchange of an AMQP 0-9-1 broker, from a URL: where the broker is and how to log in. Immutable.</summary>
public sealed partial class AmqpAddress
{
    /// <summary>What is accepted, for messages.</summary>
    public const string Accepted = "amqp://[USER:PASSWORD@]HOST[:PORT][,HOST[:PORT]…][/VHOST]?exchange=NAME[&type=direct|fanout|topic], or amqps:// for TLS";

    private const int DefaultPort = 5672;
    private const int DefaultTlsPort = 5671;
    private const int MaxNameBytes = 255;
    private static readonly string[] s_types = ["direct", "fanout", "topic"];

    private AmqpAddress(Match url, List<(string Host, int Port)> hosts, string exchange, string type)
    {
        Hosts = hosts;
        Tls = url.Groups["scheme"].Value == "amqps";
        User = Part(url, "user", "guest");
        Password = Part(url, "password", "guest");
        VirtualHost = Part(url, "vhost", "/");
        (Exchange, ExchangeType) = (exchange, type);
    }

    /// <summary>What it is, without secrets: <c>RabbitMQ 127.0.0.1:5672/chat, exchange events</c>.</summary>
    public string Description =>
        $"RabbitMQ {string.Join(", ", Hosts.Select(host => $"{host.Host}:{host.Port}"))}{(VirtualHost == "/" ? "" : $"/{VirtualHost}")}{(Tls ? " (TLS)" : "")}, exchange {Exchange}";

    internal IReadOnlyList<(string Host, int Port)> Hosts { get; }

    internal bool Tls { get; }

    internal string User { get; }

    internal string Password { get; }

    internal string VirtualHost { get; }

    internal string Exchange { get; }

    internal string ExchangeType { get; }

    /// <summary>Whether a server is named in this form, rightly or not.</summary>
    public static bool IsMeant(string? server) =>
        server is not null && (server.StartsWith("amqp:", StringComparison.OrdinalIgnoreCase) || server.StartsWith("amqps:", StringComparison.OrdinalIgnoreCase));

    /// <summary>Reads a URL, or says what is wrong with it in words that show nothing of it, as any part may belong to a password.</summary>
    public static bool TryParse(string url, [NotNullWhen(true)] out AmqpAddress? result, [NotNullWhen(false)] out string? error)
    {
        result = null;
        if (Form().Match(url) is not { Success: true } match)
        {
            error = "it has another form; in a user or password, % is written %25, : %3A, @ %40, / %2F, ? %3F, # %23";
            return false;
        }

        var (exchange, type) = ("", "");
        var hosts = match.Groups["hosts"].Value.Split(',').Select(host => Host(host, match.Groups["scheme"].Value == "amqps" ? DefaultTlsPort : DefaultPort)).ToList();
        error = hosts.Contains(null) ? "a host, or its port, is none" : Query(match.Groups["query"].Value, out exchange, out type);
        if (error is null)
        {
            result = new AmqpAddress(match, [.. hosts.Select(host => host!.Value)], exchange, type);
        }

        return error is null;
    }

    /// <summary>Whether a channel's name, as a binding, stands for itself alone: on a topic exchange, <c>*</c> and <c>#</c> as words would bring other channels' messages.</summary>
    internal bool CanBind(string name) => ExchangeType != "topic" || !name.Split('.').Any(word => word is "*" or "#");

    private static (string Host, int Port)? Host(string text, int port)
    {
        var match = HostForm().Match(text);
        if (!match.Success || Uri.CheckHostName(match.Groups["host"].Value) == UriHostNameType.Unknown)
        {
            return null;
        }

        var named = match.Groups["port"].Length == 0 ? port : int.Parse(match.Groups["port"].Value, CultureInfo.InvariantCulture);
        return named is > 0 and <= ushort.MaxValue ? (match.Groups["host"].Value, named) : null;
    }

    private static string? Query(string query, out string exchange, out string type)
    {
        (exchange, type) = ("", "");
        foreach (var item in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (key, value) = item.Split('=', 2) is [var name, var rest] ? (name, Uri.UnescapeDataString(rest)) : (item, "");
            if (value.Length == 0 || (key == "exchange" ? exchange : type).Length > 0 || key is not ("exchange" or "type"))
            {
                return "its query has exchange, type, each once and not empty, and nothing else";
            }

            (exchange, type) = key == "exchange" ? (value, type) : (exchange, value);
        }

        type = type.Length == 0 ? s_types[0] : type;
        return exchange.Length == 0 ? "it names no exchange"
            : Encoding.UTF8.GetByteCount(exchange) > MaxNameBytes || exchange.Any(char.IsControl) ? $"an exchange has at most {MaxNameBytes} bytes and no control characters"
            : !s_types.Contains(type) ? $"its type is none of {string.Join(", ", s_types)}"
            : null;
    }

    private static string Part(Match url, string name, string otherwise) => url.Groups[name] is { Length: > 0 } part ? Uri.UnescapeDataString(part.Value) : otherwise;

    [GeneratedRegex(
        @"^(?<scheme>amqps?)://((?<user>[^:@/?#]*)(:(?<password>[^:@/?#]*))?@)?(?<hosts>[^@/?#]+)(/(?<vhost>[^/?#]*))?(\?(?<query>[^?#]*))?\z",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Form();

    [GeneratedRegex(@"^(\[(?<host>[0-9a-fA-F:.]+)\]|(?<host>[^][:]+))(:(?<port>[0-9]{1,5}))?\z", RegexOptions.ExplicitCapture)]
    private static partial Regex HostForm();
}
