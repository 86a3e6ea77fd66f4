using System.Buffers;
using System.Text;

namespace SseFabric.Frontend.Engine;

/// <summary>The head of a plain GET, as far as a stream's request goes. Immutable.</summary>
/// <remarks>
/// It is read only if there is nothing in it that the server could see in another way: one HTTP/1.1 request without a body, complete, and nothing behind it;
/// visible ASCII; no header that would change what the request means. Anything else is left to the server, from its first byte.
/// </remarks>
/// <param name="Target">The request's target, as sent.</param>
/// <param name="Accept">The header <c>Accept</c>; null: there is none.</param>
/// <param name="LastEventId">The header <c>Last-Event-ID</c>; null: there is none.</param>
internal sealed record RequestHead(string Target, string? Accept, string? LastEventId)
{
    /// <summary>As many as Kestrel takes.</summary>
    private const int MaxHeaders = 100;

    private static readonly SearchValues<byte> s_token = SearchValues.Create("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"u8);
    private static readonly SearchValues<byte> s_target = SearchValues.Create("!$%&'()*+,-./0123456789:;=?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]_abcdefghijklmnopqrstuvwxyz|~"u8);
    private static readonly SearchValues<byte> s_host = SearchValues.Create("-.0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"u8);

    /// <returns>Null: it isn't such a request, or not all of it.</returns>
    public static RequestHead? Read(ReadOnlySpan<byte> bytes)
    {
        if (!bytes.StartsWith("GET /"u8) || bytes.IndexOf("\r\n\r\n"u8) != bytes.Length - 4)
        {
            return null;
        }

        var line = NextLine(ref bytes);
        var target = line["GET ".Length..];
        var end = target.IndexOf((byte)' ');
        if (end < 0 || !target[end..].SequenceEqual(" HTTP/1.1"u8) || target[..end].ContainsAnyExcept(s_target))
        {
            return null;
        }

        string? accept = null, lastEventId = null;
        var hosts = 0;
        for (var headers = 0; NextLine(ref bytes) is { IsEmpty: false } header; headers++)
        {
            var colon = header.IndexOf((byte)':');
            if (headers == MaxHeaders || colon <= 0 || header[..colon].ContainsAnyExcept(s_token))
            {
                return null;
            }

            var value = header[(colon + 1)..].Trim(" \t"u8);
            if (value.ContainsAnyExceptInRange((byte)' ', (byte)'~'))
            {
                return null;
            }

            var name = header[..colon];
            if (Is(name, "host"u8))
            {
                if (++hosts > 1 || !IsHost(value))
                {
                    return null;
                }
            }
            else if (Is(name, "accept"u8))
            {
                if (accept is not null)
                {
                    return null;
                }

                accept = value.SequenceEqual("text/event-stream"u8) ? "text/event-stream" : Encoding.ASCII.GetString(value);
            }
            else if (Is(name, "last-event-id"u8))
            {
                if (lastEventId is not null)
                {
                    return null;
                }

                lastEventId = Encoding.ASCII.GetString(value);
            }
            else if (ChangesTheRequest(name, value))
            {
                return null;
            }
        }

        return hosts == 1 ? new RequestHead(Encoding.ASCII.GetString(target[..end]), accept, lastEventId) : null;
    }

    private static bool ChangesTheRequest(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) => name.Length switch
    {
        6 => Is(name, "origin"u8) || Is(name, "expect"u8),
        7 => Is(name, "upgrade"u8),
        9 => Is(name, "forwarded"u8),
        10 => Is(name, "connection"u8) && !Is(value, "keep-alive"u8) && !Is(value, "close"u8),
        14 => Is(name, "content-length"u8) || Is(name, "http2-settings"u8),
        15 => Is(name, "x-forwarded-for"u8),
        17 => Is(name, "transfer-encoding"u8),
        _ => false,
    };

    // A name or an IPv4 address, with or without a port; what is neither, or isn't certain, the server judges.
    private static bool IsHost(ReadOnlySpan<byte> value)
    {
        var colon = value.IndexOf((byte)':');
        var name = colon < 0 ? value : value[..colon];
        var port = colon < 0 ? "80"u8 : value[(colon + 1)..];
        return !name.IsEmpty && !name.ContainsAnyExcept(s_host) && port.Length is > 0 and <= 5 && !port.ContainsAnyExceptInRange((byte)'0', (byte)'9');
    }

    private static bool Is(ReadOnlySpan<byte> text, ReadOnlySpan<byte> lower) => Ascii.EqualsIgnoreCase(text, lower);

    // Up to the line's CR LF. A CR or LF of its own is no visible character, and so refused where the line is looked at.
    private static ReadOnlySpan<byte> NextLine(ref ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf("\r\n"u8);
        var line = bytes[..end];
        bytes = bytes[(end + 2)..];
        return line;
    }
}
