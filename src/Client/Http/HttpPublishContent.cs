using System.Buffers;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Unicode;
using SseFabric.Contracts;

namespace SseFabric.Client.Http;

/// <summary>The body of a publish: one plain event as it is, anything else as one JSON object a line.</summary>
internal static class HttpPublishContent
{
    public static bool IsPlain(IReadOnlyList<NewEvent> events) => events is [{ Retry: null }];

    /// <summary>The body, with its content type.</summary>
    public static HttpContent Create(IReadOnlyList<NewEvent> events)
    {
        var (bytes, type) = IsPlain(events) ? (events[0].Data, "application/octet-stream") : (Lines(events), "application/x-ndjson");
        return new ReadOnlyMemoryContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue(type) } };
    }

    private static ReadOnlyMemory<byte> Lines(IReadOnlyList<NewEvent> events)
    {
        var lines = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(lines);
        foreach (var offered in events)
        {
            Write(json, offered);
            json.Flush();
            json.Reset();
            lines.Write("\n"u8);
        }

        return lines.WrittenMemory;
    }

    private static void Write(Utf8JsonWriter json, NewEvent offered)
    {
        json.WriteStartObject();
        if (offered.Type != NewEvent.DefaultType)
        {
            json.WriteString("event"u8, offered.Type);
        }

        if (Utf8.IsValid(offered.Data.Span))
        {
            json.WriteString("data"u8, offered.Data.Span);
        }
        else
        {
            json.WriteBase64String("dataBase64"u8, offered.Data.Span);
        }

        if (offered.Retry is { } retry)
        {
            json.WriteNumber("retry"u8, (long)retry.TotalMilliseconds);
        }

        json.WriteEndObject();
    }
}
