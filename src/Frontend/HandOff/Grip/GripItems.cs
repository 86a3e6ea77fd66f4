using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Primitives;
using SseFabric.Contracts;
using SseFabric.Frontend.Publishing;

namespace SseFabric.Frontend.HandOff.Grip;

/// <summary>Reads what a GRIP application publishes: <c>{"items":[{"channel","id","prev-id","formats":{"http-stream":{…},"http-response":{…}}}]}</c>. Pure.</summary>
internal static class GripItems
{
    private const int MaxReasonLength = 200;

    /// <summary>Whether a JSON text is of this form.</summary>
    public static bool Are(ReadOnlySpan<byte> text)
    {
        try
        {
            var json = new Utf8JsonReader(text);
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                if (json.ValueTextEquals("items"))
                {
                    return true;
                }

                json.Skip();
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Whoever reads it says what is wrong. InvalidOperationException: a name with half of a surrogate pair.
        }

        return false;
    }

    /// <summary>Reads all items.</summary>
    /// <param name="body">The JSON.</param>
    /// <param name="publication">Takes their events.</param>
    /// <returns>What is wrong; null if nothing is.</returns>
    public static PublishRefusal? Read(ReadOnlyMemory<byte> body, Publication publication)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var items = document.RootElement.GetProperty("items");
            if (items.ValueKind != JsonValueKind.Array)
            {
                return PublishRefusal.BadRequest("'items' is an array.");
            }

            var number = 0;
            foreach (var item in items.EnumerateArray())
            {
                number++;
                if (Read(item, $"Item {number}: ", publication) is { } refusal)
                {
                    return refusal;
                }
            }

            return null;
        }
        catch (JsonException invalid)
        {
            return PublishRefusal.BadRequest($"This is no valid JSON: {invalid.Message}");
        }
        catch (InvalidOperationException)
        {
            return PublishRefusal.BadRequest("A string holds half of a surrogate pair.");
        }
    }

    /// <summary>The headers of an <c>http-response</c>, given as an object or as pairs.</summary>
    public static IEnumerable<(string Name, string Value)> HeadersOf(JsonElement response)
    {
        if (!response.TryGetProperty("headers", out var headers))
        {
            return [];
        }

        var connection = new ConnectionHeaders(default(StringValues));
        var given = headers.ValueKind == JsonValueKind.Object
            ? headers.EnumerateObject().Select(header => (header.Name, Value: header.Value.GetString()!))
            : headers.EnumerateArray().Select(pair => (Name: pair[0].GetString()!, Value: pair[1].GetString()!));

        // How the answer is framed is ours.
        return given.Where(header => !connection.Contains(header.Name) && !header.Name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>What is wrong with an item, whatever its channel; null: nothing, and all of it can be read.</summary>
    /// <exception cref="InvalidOperationException">A string holds half of a surrogate pair.</exception>
    public static string? Fault(JsonElement item)
    {
        if (item.ValueKind != JsonValueKind.Object || !item.TryGetProperty("formats", out var formats) || formats.ValueKind != JsonValueKind.Object)
        {
            return "It is an object with 'formats', which is an object.";
        }

        var hasStream = formats.TryGetProperty(GripItem.Stream, out var stream);
        var hasResponse = formats.TryGetProperty(GripItem.Response, out var response);
        return !hasStream && !hasResponse
            ? $"None of its formats is {GripItem.Stream} or {GripItem.Response}."
            : (hasStream ? CheckStream(stream) : null) ?? (hasResponse ? CheckResponse(response) : null) ?? CheckId(item);
    }

    private static PublishRefusal? Read(JsonElement item, string where, Publication publication)
    {
        if (Fault(item) is { } error)
        {
            return PublishRefusal.BadRequest(where + error);
        }

        if (!item.TryGetProperty("channel", out var name) || name.ValueKind != JsonValueKind.String)
        {
            return PublishRefusal.BadRequest($"{where}'channel' is a string.");
        }

        if (!ChannelName.TryParse(name.GetString(), out var channel, out var fault))
        {
            return PublishRefusal.BadRequest(where + fault);
        }

        // Content alone is an event like any other.
        var formats = item.GetProperty("formats");
        var isContent = !formats.TryGetProperty(GripItem.Response, out _) && !formats.GetProperty(GripItem.Stream).TryGetProperty("action", out _) && !item.TryGetProperty("id", out _);
        var offered = isContent
            ? new NewEvent(GripItem.Bytes(formats.GetProperty(GripItem.Stream), "content"))
            : new NewEvent(GripItem.EventType, Encoding.UTF8.GetBytes(item.GetRawText()));
        return publication.Add(channel, offered, where);
    }

    private static string? CheckId(JsonElement item) =>
        item.TryGetProperty("id", out var id) && !IsText(id) ? "'id' is a string." : null;

    private static string? CheckStream(JsonElement stream)
    {
        if (stream.ValueKind != JsonValueKind.Object)
        {
            return $"'{GripItem.Stream}' is an object.";
        }

        if (stream.TryGetProperty("action", out var action) && !(action.ValueKind == JsonValueKind.String && action.GetString() is "send" or "close"))
        {
            return "'action' is 'send' or 'close'.";
        }

        var isEmpty = action.ValueKind == JsonValueKind.Undefined && !stream.TryGetProperty("content", out _) && !stream.TryGetProperty("content-bin", out _);
        return isEmpty ? "There is no 'content'." : CheckBytes(stream, "content");
    }

    private static string? CheckResponse(JsonElement response)
    {
        if (response.ValueKind != JsonValueKind.Object)
        {
            return $"'{GripItem.Response}' is an object.";
        }

        if (response.TryGetProperty("code", out var code) && !(code.ValueKind == JsonValueKind.Number && code.TryGetInt32(out var status) && status is >= 200 and <= 599))
        {
            return "'code' is 200 to 599.";
        }

        if (response.TryGetProperty("reason", out var reason)
            && !(reason.ValueKind == JsonValueKind.String && reason.GetString() is { Length: <= MaxReasonLength } phrase && !phrase.AsSpan().ContainsAnyExceptInRange(' ', '~')))
        {
            return $"'reason' has up to {MaxReasonLength} printable characters of ASCII.";
        }

        return CheckHeaders(response) ?? CheckBytes(response, "body");
    }

    private static string? CheckHeaders(JsonElement response)
    {
        if (!response.TryGetProperty("headers", out var headers))
        {
            return null;
        }

        var isObject = headers.ValueKind == JsonValueKind.Object && headers.EnumerateObject().All(header => header.Value.ValueKind == JsonValueKind.String);
        var isPairs = headers.ValueKind == JsonValueKind.Array
            && headers.EnumerateArray().All(pair =>
                pair.ValueKind == JsonValueKind.Array && pair.GetArrayLength() == 2 && pair.EnumerateArray().All(part => part.ValueKind == JsonValueKind.String));
        if (!isObject && !isPairs)
        {
            return "'headers' is an object of strings, or an array of pairs of them.";
        }

        foreach (var (name, value) in HeadersOf(response))
        {
            if (name.Length == 0 || !name.All(IsTokenChar) || value.Any(c => c is < ' ' and not '\t' or (>= '\x7f')))
            {
                return $"The header '{name}' can't be sent.";
            }
        }

        return null;
    }

    // Reading it is what finds half of a surrogate pair.
    private static bool IsText(JsonElement value) => value.ValueKind == JsonValueKind.String && value.GetString() is not null;

    // RFC 9110, 5.6.2.
    private static bool IsTokenChar(char c) => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal);

    private static string? CheckBytes(JsonElement format, string member)
    {
        if (format.TryGetProperty(member, out var text) && !IsText(text))
        {
            return $"'{member}' is a string.";
        }

        var isBad = format.TryGetProperty($"{member}-bin", out var bin) && !(bin.ValueKind == JsonValueKind.String && bin.TryGetBytesFromBase64(out _));
        return isBad ? $"'{member}-bin' is base64." : null;
    }
}
