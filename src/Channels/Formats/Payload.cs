using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using SseFabric.Channels.Configuration;
using SseFabric.Contracts;

namespace SseFabric.Channels.Formats;

/// <summary>Reads a publisher's payload as its channel's format says.</summary>
public static class Payload
{
    /// <summary>What stands in the channel for a payload that was refused.</summary>
    public static NewEvent Rejected { get; } = new(ReadOnlyMemory<byte>.Empty) { Rejected = true };

    /// <summary>The event, or <see cref="Rejected"/> if the payload is too large or not of the format.</summary>
    public static NewEvent Read(ChannelRule rule, ReadOnlyMemory<byte> payload) =>
        payload.Length > rule.MaxEventBytes || !TryRead(rule.Format, payload, out var offered, out _) ? Rejected
        : rule.History.IsRedisse ? new NewEvent(payload) { IsFrame = true }
        : offered;

    /// <summary>The event of a ready frame, without the frame's id; any other event as it is.</summary>
    public static NewEvent Unframed(NewEvent published) => published.IsFrame ? ReadFrame(published.Data.Span).Item1 : published;

    /// <summary>The event, or what is wrong with the payload in one sentence.</summary>
    public static bool TryRead(PayloadFormat format, ReadOnlyMemory<byte> payload, out NewEvent offered, out string? error)
    {
        (offered, error) = format switch
        {
            PayloadFormat.Text or PayloadFormat.Raw => (new NewEvent(payload), null),
            PayloadFormat.Json => ReadJson(payload),
            PayloadFormat.Frame => ReadFrame(payload.Span),
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, null),
        };
        return error is null;
    }

    private static (NewEvent, string?) ReadJson(ReadOnlyMemory<byte> payload)
    {
        try
        {
            using var document = JsonDocument.Parse(payload);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                return (Rejected, $"a payload of format json is an object; this is a JSON {root.ValueKind}");
            }

            if (!root.TryGetProperty("data", out var data))
            {
                return (Rejected, "a payload of format json needs the member 'data'");
            }

            var type = NewEvent.DefaultType;
            if (root.TryGetProperty("event", out var named) && named.ValueKind != JsonValueKind.Null)
            {
                if (named.ValueKind != JsonValueKind.String || !NewEvent.IsValidType(named.GetString()!))
                {
                    return (Rejected, $"the member 'event' is 1 to {NewEvent.MaxTypeLength} characters without line breaks");
                }

                type = named.GetString()!;
            }

            TimeSpan? retry = null;
            if (root.TryGetProperty("retry", out var delay) && delay.ValueKind != JsonValueKind.Null)
            {
                if (delay.ValueKind != JsonValueKind.Number || !delay.TryGetInt32(out var milliseconds) || milliseconds < 0)
                {
                    return (Rejected, "the member 'retry' is a whole number of milliseconds, 0 or more");
                }

                retry = TimeSpan.FromMilliseconds(milliseconds);
            }

            var text = data.ValueKind == JsonValueKind.String ? data.GetString()! : data.GetRawText();
            return (new NewEvent(type, Encoding.UTF8.GetBytes(text)) { Retry = retry }, null);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a string with half a surrogate pair.
            return (Rejected, "a payload of format json is valid JSON; this isn't");
        }
    }

    // HTML standard, section 9.2.6 "Interpreting an event stream". The id is left out: the channel gives its own.
    private static (NewEvent, string?) ReadFrame(ReadOnlySpan<byte> frame)
    {
        var type = NewEvent.DefaultType;
        TimeSpan? retry = null;
        List<byte>? data = null;
        var ended = false;
        while (!frame.IsEmpty)
        {
            var end = frame.IndexOfAny((byte)'\r', (byte)'\n');
            if (end < 0)
            {
                return (Rejected, "a frame ends with a blank line");
            }

            var line = frame[..end];
            var isCrLf = frame[end] == '\r' && end + 1 < frame.Length && frame[end + 1] == '\n';
            frame = frame[(end + (isCrLf ? 2 : 1))..];
            if (ended)
            {
                return (Rejected, "a payload of format frame is one frame");
            }

            if (line.IsEmpty)
            {
                ended = true;
                continue;
            }

            var colon = line.IndexOf((byte)':');
            var name = colon < 0 ? line : line[..colon];
            var value = colon < 0 ? [] : line[(colon + 1)..];
            value = value.StartsWith(" "u8) ? value[1..] : value;
            if (name.SequenceEqual("data"u8))
            {
                if (data is null)
                {
                    data = [];
                }
                else
                {
                    data.Add((byte)'\n');
                }

                data.AddRange(value);
            }
            else if (name.SequenceEqual("event"u8))
            {
                type = value.IsEmpty ? NewEvent.DefaultType : Encoding.UTF8.GetString(value);
                if (!NewEvent.IsValidType(type))
                {
                    return (Rejected, $"the field 'event' is 1 to {NewEvent.MaxTypeLength} characters");
                }
            }
            else if (name.SequenceEqual("retry"u8) && !value.ContainsAnyExceptInRange((byte)'0', (byte)'9') && Utf8Parser.TryParse(value, out int milliseconds, out _))
            {
                retry = TimeSpan.FromMilliseconds(milliseconds);
            }
        }

        return (ended, data) switch
        {
            (false, _) => (Rejected, "a frame ends with a blank line"),
            (_, null) => (Rejected, "a frame has a data field"),
            _ => (new NewEvent(type, data.ToArray()) { Retry = retry }, null),
        };
    }
}
