using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace SseFabric.Channels.Configuration;

/// <summary>A Redis server as a URL: <c>redis://[[USER]:PASSWORD@]HOST[:PORT][/DATABASE]</c>, <c>rediss://</c> with TLS, <c>unix://[[USER]:PASSWORD@]/PATH[?db=DATABASE]</c>. Pure.</summary>
internal static partial class RedisUrl
{
    /// <summary>Makes a StackExchange.Redis configuration string of a URL; false if it is none, or holds what such a string can't.</summary>
    public static bool TryRead(string url, [NotNullWhen(true)] out string? configuration)
    {
        configuration = null;
        if (Form().Match(url) is not { Success: true } match)
        {
            return false;
        }

        var scheme = match.Groups["scheme"].Value;
        var isSocket = scheme == "unix";
        var path = match.Groups["path"].Value;
        var database = match.Groups["db"].Value is { Length: > 0 } query ? query : isSocket ? "" : path.TrimStart('/');
        if (database.Any(digit => !char.IsAsciiDigit(digit)) || isSocket != (match.Groups["host"].Length == 0) || (isSocket && path.Length < 2))
        {
            return false;
        }

        string[] texts = [.. new[] { match.Groups["user"].Value, match.Groups["password"].Value, isSocket ? path : "" }.Select(Uri.UnescapeDataString)];
        if (texts.Any(text => text.Contains(',', StringComparison.Ordinal) || text.Trim() != text))
        {
            return false;
        }

        var port = match.Groups["port"].Value is { Length: > 0 } named ? named : "6379";
        configuration = (isSocket ? $"!{texts[2]}" : $"{match.Groups["host"].Value}:{port}") + Item("user", texts[0]) + Item("password", texts[1])
            + Item("defaultDatabase", database) + (scheme == "rediss" ? ",ssl=true" : "");
        return true;
    }

    /// <summary>A URL as configuration string, anything else as it is.</summary>
    public static string ToConfiguration(string value) => TryRead(value, out var configuration) ? configuration : value;

    private static string Item(string key, string value) => value.Length == 0 ? "" : $",{key}={value}";

    [GeneratedRegex(
        @"^(?<scheme>rediss?|unix)://((?<user>[^:@/,]*)(:(?<password>[^@/]*))?@)?(?<host>\[[0-9a-fA-F:.]+\]|[^][:/?#@,]*)(:(?<port>[0-9]{1,5}))?(?<path>/[^?#]*)?(\?db=(?<db>[0-9]+))?\z",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Form();
}
