using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace SseFabric.Contracts;

/// <summary>Builds ready events of the HTML standard's event stream format (section 9.2.5), as a channel of format <c>frame</c> takes them. Pure.</summary>
/// <remarks>
/// The fields come in the order retry, id, event, data. Data can't break a frame: a line ends at LF, CR and CRLF alike, and every line gets a field of its
/// own. A type or id that would is refused.
/// </remarks>
public static class SseFrame
{
    private static readonly SearchValues<byte> s_lineBreaks = SearchValues.Create("\r\n"u8);

    /// <summary>Builds an event.</summary>
    /// <param name="data">The data: bytes (an array or <see cref="ReadOnlyMemory{T}"/>), text, or a value that is written as text in the invariant culture. Null: empty.</param>
    /// <param name="type">The event's type; null: no such field.</param>
    /// <param name="id">The event's id, any value written as text; null: no such field.</param>
    /// <param name="retry">The reconnection time, in whole milliseconds; null: no such field.</param>
    /// <exception cref="ArgumentException">The type or id has a CR, LF or NUL, or the reconnection time is negative.</exception>
    public static byte[] Build(object? data, string? type = null, object? id = null, TimeSpan? retry = null)
    {
        var idText = Text(id);
        if (id is not null && idText.AsSpan().IndexOfAny('\r', '\n', '\0') >= 0)
        {
            throw new ArgumentException($"An id has no CR, LF or NUL; '{idText}' has.", nameof(id));
        }

        var frame = new ArrayBufferWriter<byte>();
        WriteRetry(frame, retry);
        if (id is not null)
        {
            WriteField(frame, "id: "u8, Encoding.UTF8.GetBytes(idText));
        }

        WriteRest(frame, data switch { byte[] bytes => bytes, ReadOnlyMemory<byte> memory => memory.Span, _ => Encoding.UTF8.GetBytes(Text(data)) }, type);
        return frame.WrittenSpan.ToArray();
    }

    private static string Text(object? value) => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";

    private static void WriteRetry(ArrayBufferWriter<byte> frame, TimeSpan? retry)
    {
        if (retry is not { } delay)
        {
            return;
        }

        if (delay < TimeSpan.Zero)
        {
            throw new ArgumentException($"A reconnection time is 0 or more; {delay} isn't.", nameof(retry));
        }

        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat((long)delay.TotalMilliseconds, digits, out var length);
        WriteField(frame, "retry: "u8, digits[..length]);
    }

    private static void WriteRest(ArrayBufferWriter<byte> frame, ReadOnlySpan<byte> data, string? type)
    {
        if (type is not null)
        {
            if (type.AsSpan().IndexOfAny('\r', '\n', '\0') >= 0)
            {
                throw new ArgumentException($"A type has no CR, LF or NUL; '{type}' has.", nameof(type));
            }

            WriteField(frame, "event: "u8, Encoding.UTF8.GetBytes(type));
        }

        while (true)
        {
            var end = data.IndexOfAny(s_lineBreaks);
            WriteField(frame, "data: "u8, end < 0 ? data : data[..end]);
            if (end < 0)
            {
                break;
            }

            data = data[(end + (data[end..].StartsWith("\r\n"u8) ? 2 : 1))..];
        }

        frame.Write("\n"u8);
    }

    private static void WriteField(ArrayBufferWriter<byte> frame, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        frame.Write(name);
        frame.Write(value);
        frame.Write("\n"u8);
    }
}
