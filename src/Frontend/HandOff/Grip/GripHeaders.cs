using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using SseFabric.Channels.Configuration;
using SseFabric.Contracts;

namespace SseFabric.Frontend.HandOff.Grip;

/// <summary>Reads the GRIP headers of an application's answer. Pure.</summary>
internal static class GripHeaders
{
    public const string Prefix = "Grip-";
    private const string Hold = Prefix + "Hold";
    private const string PreviousId = "prev-id=";
    private static readonly TimeSpan s_longest = TimeSpan.FromHours(1);

    /// <summary>Whether an answer asks for a hold.</summary>
    public static bool IsHold(HttpResponseMessage answer) => answer.Headers.NonValidated.Contains(Hold);

    /// <summary>Reads the hold, or says in one sentence what is wrong with it.</summary>
    public static bool TryRead(HttpResponseMessage answer, HandOffOptions options, [NotNullWhen(true)] out GripHold? hold, [NotNullWhen(false)] out string? error)
    {
        hold = null;
        var kind = Values(answer, "Hold").FirstOrDefault() ?? "";
        var isStream = kind.Equals("stream", StringComparison.OrdinalIgnoreCase);
        if (!isStream && !kind.Equals("response", StringComparison.OrdinalIgnoreCase))
        {
            error = $"{Hold} is 'stream' or 'response'; this is '{kind}'.";
            return false;
        }

        var positions = new Dictionary<ChannelName, string?>();
        error = ReadChannels(answer, options, positions);
        if (error is not null)
        {
            return false;
        }

        var read = new GripHold(isStream, [.. positions.Keys]) { Position = GripPosition.Write(positions) };
        error = ReadTimeout(answer, ref read) ?? ReadStatus(answer, ref read) ?? ReadKeepAlive(answer, ref read) ?? CheckBody(answer, read);
        hold = error is null ? read : null;
        return error is null;
    }

    private static string? ReadChannels(HttpResponseMessage answer, HandOffOptions options, Dictionary<ChannelName, string?> positions)
    {
        foreach (var item in Values(answer, "Channel").SelectMany(line => line.Split(',')).Select(Trimmed).Where(item => item.Length > 0))
        {
            var parts = item.Split(';');
            if (!ChannelName.TryParse(Encoding.Latin1.GetBytes(Trimmed(parts[0])), out var channel, out var fault))
            {
                return $"{Prefix}Channel names a channel that can't be: {fault}";
            }

            positions[channel] = parts.Skip(1).Select(Trimmed).FirstOrDefault(part => part.StartsWith(PreviousId, StringComparison.OrdinalIgnoreCase))?[PreviousId.Length..];
        }

        return positions.Count == 0 ? $"{Prefix}Channel names no channel."
            : positions.Count > options.MaxChannels ? $"A hand-off may name at most {options.MaxChannels} channels (Fabric:HandOff:MaxChannels); this one names {positions.Count}."
            : null;
    }

    private static string? ReadTimeout(HttpResponseMessage answer, ref GripHold hold)
    {
        var error = ReadSeconds("Timeout", Values(answer, "Timeout").FirstOrDefault(), out var timeout);
        hold = hold with { Timeout = timeout };
        return error;
    }

    private static string? ReadStatus(HttpResponseMessage answer, ref GripHold hold)
    {
        if (Values(answer, "Status").FirstOrDefault() is not { } text)
        {
            return null;
        }

        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var status) || status is < 200 or > 599)
        {
            return $"{Prefix}Status is 200 to 599; this is '{text}'.";
        }

        hold = hold with { Status = status };
        return null;
    }

    // A stream is the body of its response, from the beginning to the end.
    private static string? CheckBody(HttpResponseMessage answer, GripHold hold) =>
        !hold.IsStream ? null
        : (hold.Status ?? (int)answer.StatusCode) is var status && status is StatusCodes.Status204NoContent or StatusCodes.Status205ResetContent or StatusCodes.Status304NotModified
            ? $"A response with the status {status} has no body, so it can't be held as a stream."
            : null;

    // DATA; format=cstring; timeout=20
    private static string? ReadKeepAlive(HttpResponseMessage answer, ref GripHold hold)
    {
        if (Values(answer, "Keep-Alive").FirstOrDefault() is not { } text)
        {
            return null;
        }

        var (format, seconds) = ("raw", (string?)null);
        while (text.LastIndexOf(';') is >= 0 and var semicolon && Trimmed(text[(semicolon + 1)..]).Split('=', 2) is [var name, var value] && name is "format" or "timeout")
        {
            (format, seconds) = name == "format" ? (value, seconds) : (format, value);
            text = text[..semicolon];
        }

        if (Data(Trimmed(text), format) is not { } data)
        {
            return $"{Prefix}Keep-Alive has data of a format that can't be read: '{format}'.";
        }

        var error = ReadSeconds("Keep-Alive", seconds, out var after);
        hold = hold with { KeepAlive = data, KeepAliveAfter = after };
        return error;
    }

    private static byte[]? Data(string text, string format) => format switch
    {
        "raw" => Encoding.Latin1.GetBytes(text),
        "cstring" => Unescaped(text),
        "base64" => Base64.IsValid(text) ? Convert.FromBase64String(text) : null,
        _ => null,
    };

    private static byte[]? Unescaped(string text)
    {
        var bytes = new List<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '\\')
            {
                if (++i == text.Length || "\\nrt".IndexOf(text[i], StringComparison.Ordinal) is not (>= 0 and var escape))
                {
                    return null;
                }

                c = "\\\n\r\t"[escape];
            }

            bytes.Add((byte)c);
        }

        return [.. bytes];
    }

    private static string? ReadSeconds(string header, string? text, out TimeSpan time)
    {
        time = GripHold.DefaultTime;
        if (text is null)
        {
            return null;
        }

        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds < 1 || seconds > s_longest.TotalSeconds)
        {
            return $"{Prefix}{header} has 1 to {s_longest.TotalSeconds} seconds; this has '{text}'.";
        }

        time = TimeSpan.FromSeconds(seconds);
        return null;
    }

    private static IEnumerable<string> Values(HttpResponseMessage answer, string name) =>
        answer.Headers.NonValidated.TryGetValues(Prefix + name, out var values) ? values.Select(Trimmed) : [];

    private static string Trimmed(string text) => text.Trim(' ', '\t');
}
