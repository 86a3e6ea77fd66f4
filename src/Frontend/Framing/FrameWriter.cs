using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using SseFabric.Channels.Formats;
using SseFabric.Contracts;
using SseFabric.Frontend.Feeds;

namespace SseFabric.Frontend.Framing;

/// <summary>Writes the bytes of the HTML standard's event stream format (section 9.2.5). Pure.</summary>
/// <remarks>No payload can break a frame: a line ends at LF, CR and CRLF alike, as a parser sees it, and every line gets its own <c>data</c> field.</remarks>
internal static class FrameWriter
{
    private const int MaxRetryLine = 32;
    private static readonly SearchValues<byte> s_lineBreaks = SearchValues.Create("\r\n"u8);
    private static readonly JsonSerializerOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The body of an event: everything but its id line, unless that is the same for everybody and given here. Allocates nothing else.</summary>
    public static byte[] Body(NewEvent published, ReadOnlySpan<byte> idLine = default)
    {
        published = Payload.Unframed(published);
        var hasType = published.Type != NewEvent.DefaultType;
        Span<byte> retry = stackalloc byte[MaxRetryLine];
        retry = retry[..(published.Retry is { } delay ? PutRetryLine(retry, delay) : 0)];
        var data = published.Data.Span;
        var length = idLine.Length + (hasType ? "event: \n".Length + Encoding.UTF8.GetByteCount(published.Type) : 0) + retry.Length + DataLength(data) + 1;
        var body = new byte[length];
        var rest = Put(body, idLine);
        if (hasType)
        {
            rest = Put(rest, "event: "u8);
            rest = Put(rest[Encoding.UTF8.GetBytes(published.Type, rest)..], "\n"u8);
        }

        rest = Put(rest, retry);
        do
        {
            var end = data.IndexOfAny(s_lineBreaks);
            rest = Put(Put(Put(rest, "data: "u8), end < 0 ? data : data[..end]), "\n"u8);
            if (end < 0)
            {
                break;
            }

            data = data[(end + BreakLength(data, end))..];
        }
        while (true);

        rest[0] = (byte)'\n';
        return body;
    }

    /// <summary>An id line for a position.</summary>
    public static byte[] IdLine(ReadOnlySpan<byte> eventId)
    {
        var line = new byte["id: \n".Length + eventId.Length];
        Put(Put(Put(line, "id: "u8), eventId), "\n"u8);
        return line;
    }

    /// <summary>The block that sets the client's last event id and reconnection time, and dispatches nothing.</summary>
    public static byte[] PositionBlock(byte[] idLine, TimeSpan retry) => [.. idLine, .. RetryLine(retry), (byte)'\n'];

    /// <summary>The event that tells of a gap.</summary>
    public static byte[] MissedEvents(ChannelName channel, GapReason reason) =>
        [.. "event: missedevents\ndata: "u8, .. JsonSerializer.SerializeToUtf8Bytes(new { channel = channel.Value, reason = reason.Word() }, s_json), .. "\n\n"u8];

    /// <summary>The last event of a stream that may not be read any more. Without an id: the client's last one stays.</summary>
    /// <param name="reason">Why not, in a word.</param>
    /// <param name="retry">When to come back, if at all.</param>
    public static byte[] StreamEnd(string reason, TimeSpan retry) =>
        [.. "event: streamend\ndata: "u8, .. JsonSerializer.SerializeToUtf8Bytes(new { reason }, s_json), (byte)'\n', .. RetryLine(retry), (byte)'\n'];

    /// <summary>A block with nothing but a reconnection time.</summary>
    public static byte[] RetryBlock(TimeSpan retry) => [.. RetryLine(retry), (byte)'\n'];

    private static byte[] RetryLine(TimeSpan retry)
    {
        Span<byte> line = stackalloc byte[MaxRetryLine];
        return line[..PutRetryLine(line, retry)].ToArray();
    }

    private static int PutRetryLine(Span<byte> line, TimeSpan retry)
    {
        "retry: "u8.CopyTo(line);
        Utf8Formatter.TryFormat((long)retry.TotalMilliseconds, line["retry: ".Length..], out var digits);
        line["retry: ".Length + digits] = (byte)'\n';
        return "retry: \n".Length + digits;
    }

    private static int DataLength(ReadOnlySpan<byte> data)
    {
        var length = 0;
        while (true)
        {
            var end = data.IndexOfAny(s_lineBreaks);
            length += "data: \n".Length + (end < 0 ? data.Length : end);
            if (end < 0)
            {
                return length;
            }

            data = data[(end + BreakLength(data, end))..];
        }
    }

    private static int BreakLength(ReadOnlySpan<byte> data, int at) => data[at] == '\r' && at + 1 < data.Length && data[at + 1] == '\n' ? 2 : 1;

    private static Span<byte> Put(Span<byte> target, scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(target);
        return target[bytes.Length..];
    }
}
