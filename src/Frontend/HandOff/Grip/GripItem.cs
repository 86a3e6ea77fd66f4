using System.Buffers;
using System.Text.Json;
using SseFabric.Contracts;

namespace SseFabric.Frontend.HandOff.Grip;

/// <summary>A GRIP item as an event: what one that is mere content of streams is by itself, any other is the JSON it was published as. Pure.</summary>
internal static class GripItem
{
    /// <summary>The type of events whose data is an item in JSON.</summary>
    public const string EventType = "grip";

    public const string Stream = "http-stream";
    public const string Response = "http-response";

    /// <summary>What an event is to a stream that is held.</summary>
    /// <returns>The bytes, none for an item without a word for streams, and whether the stream ends with it.</returns>
    public static (ReadOnlyMemory<byte> Content, bool IsLast) ReadStream(NewEvent published)
    {
        using var item = Parse(published);
        return item is null ? (published.Data, false)
            : item.RootElement.GetProperty("formats").TryGetProperty(Stream, out var stream)
                ? (Bytes(stream, "content"), stream.TryGetProperty("action", out var action) && action.ValueEquals("close"))
            : default;
    }

    /// <summary>Whether an event is the answer to a response that is held.</summary>
    public static bool IsResponse(NewEvent published)
    {
        using var item = Parse(published);
        return item?.RootElement.GetProperty("formats").TryGetProperty(Response, out _) is true;
    }

    /// <summary>The id that its publisher gave it; null: none.</summary>
    public static string? IdOf(NewEvent published)
    {
        using var item = Parse(published);
        return item?.RootElement.TryGetProperty("id", out var id) is true ? id.GetString() : null;
    }

    /// <summary>The first answer among items written one after the other; null: there is none.</summary>
    public static JsonElement? FirstResponse(ReadOnlySequence<byte> items)
    {
        var json = new Utf8JsonReader(items, new JsonReaderOptions { AllowMultipleValues = true });
        return !items.IsEmpty && json.Read() ? JsonElement.ParseValue(ref json).GetProperty("formats").GetProperty(Response) : null;
    }

    /// <summary>The bytes of a member, as text or, with <c>-bin</c>, in base64.</summary>
    public static ReadOnlyMemory<byte> Bytes(JsonElement format, string member) =>
        format.TryGetProperty($"{member}-bin", out var bin) ? bin.GetBytesFromBase64()
        : format.TryGetProperty(member, out var text) ? System.Text.Encoding.UTF8.GetBytes(text.GetString()!)
        : default;

    // Anybody can give an event this type: it is an item only if it is one.
    private static JsonDocument? Parse(NewEvent published)
    {
        if (published.Type != EventType)
        {
            return null;
        }

        JsonDocument? item = null;
        try
        {
            item = JsonDocument.Parse(published.Data);
            if (GripItems.Fault(item.RootElement) is null)
            {
                return item;
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a string with half of a surrogate pair.
        }

        item?.Dispose();
        return null;
    }
}
