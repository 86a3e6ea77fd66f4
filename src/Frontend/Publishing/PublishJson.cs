using System.Buffers.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace SseFabric.Frontend.Publishing;

/// <summary>Reads the JSON forms of a publish, without a tree of what may be a large body. Pure.</summary>
internal static class PublishJson
{
    /// <summary>Reads a member of an object whose value the reader stands at, and leaves it at the value's last token.</summary>
    /// <returns>What is wrong; null if nothing is.</returns>
    private delegate string? MemberReader(ref Utf8JsonReader json, ReadOnlySpan<byte> text, string member, PublishItem item);

    /// <summary>Reads <c>{"key","channel","message","event","retry"}</c>, or an array of such objects.</summary>
    /// <param name="text">The JSON.</param>
    /// <param name="take">Takes each item, with what errors about it begin with; what it returns ends the reading.</param>
    /// <returns>What is wrong; null if nothing is.</returns>
    public static PublishRefusal? ReadItems(ReadOnlySpan<byte> text, Func<PublishItem, string, PublishRefusal?> take) => Guarded(text, "", text =>
    {
        var json = new Utf8JsonReader(text);
        json.Read();
        if (json.TokenType != JsonTokenType.StartArray)
        {
            return ReadObject(ref json, text, ReadItemMember, take, "") ?? ReadEnd(ref json);
        }

        for (var number = 1; json.Read() && json.TokenType != JsonTokenType.EndArray; number++)
        {
            if (ReadObject(ref json, text, ReadItemMember, take, $"Item {number}: ") is { } refusal)
            {
                return refusal;
            }
        }

        return ReadEnd(ref json);
    });

    /// <summary>Reads one object <c>{"key","channel","message","event","retry"}</c> a line.</summary>
    public static PublishRefusal? ReadItemLines(ReadOnlySpan<byte> text, Func<PublishItem, string, PublishRefusal?> take) => ReadLines(text, ReadItemMember, take);

    /// <summary>Reads one object <c>{"event","data","dataBase64","retry"}</c> a line.</summary>
    public static PublishRefusal? ReadEventLines(ReadOnlySpan<byte> text, Func<PublishItem, string, PublishRefusal?> take) => ReadLines(text, ReadEventMember, take);

    private static PublishRefusal? ReadLines(ReadOnlySpan<byte> text, MemberReader member, Func<PublishItem, string, PublishRefusal?> take)
    {
        var number = 0;
        foreach (var range in text.Split((byte)'\n'))
        {
            number++;
            var line = text[range].Trim(" \t\r"u8);
            if (line.IsEmpty)
            {
                continue;
            }

            var where = $"Line {number}: ";
            var refusal = Guarded(line, where, line =>
            {
                var json = new Utf8JsonReader(line);
                json.Read();
                return ReadObject(ref json, line, member, take, where) ?? ReadEnd(ref json);
            });
            if (refusal is not null)
            {
                return refusal;
            }
        }

        return null;
    }

    private static PublishRefusal? Guarded(ReadOnlySpan<byte> text, string where, Func<ReadOnlySpan<byte>, PublishRefusal?> read)
    {
        if (!Utf8.IsValid(text))
        {
            return PublishRefusal.BadRequest($"{where}JSON is UTF-8; this isn't.");
        }

        try
        {
            return read(text);
        }
        catch (JsonException invalid)
        {
            return PublishRefusal.BadRequest($"{where}This is no valid JSON: {invalid.Message}");
        }
        catch (InvalidOperationException)
        {
            return PublishRefusal.BadRequest($"{where}A string holds half of a surrogate pair.");
        }
    }

    private static PublishRefusal? ReadObject(
        ref Utf8JsonReader json, ReadOnlySpan<byte> text, MemberReader member, Func<PublishItem, string, PublishRefusal?> take, string where)
    {
        if (json.TokenType != JsonTokenType.StartObject)
        {
            return PublishRefusal.BadRequest($"{where}An object is awaited; this is {Kind(json.TokenType)}.");
        }

        var item = new PublishItem();
        var seen = new HashSet<string>();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = json.GetString()!;
            json.Read();
            var error = seen.Add(name) ? member(ref json, text, name, item) : $"The member '{name}' stands there twice.";
            if (error is not null)
            {
                return PublishRefusal.BadRequest(where + error);
            }
        }

        return take(item, where);
    }

    private static string? ReadItemMember(ref Utf8JsonReader json, ReadOnlySpan<byte> text, string member, PublishItem item) => member switch
    {
        "channel" => ReadChannels(ref json, item),
        "message" when json.TokenType == JsonTokenType.StartArray => ReadMessages(ref json, text, item),
        "message" => item.AddMessage(ReadValue(ref json, text)),
        "key" => ReadString(ref json, member, key =>
        {
            item.SetKey(key);
            return null;
        }),
        _ => ReadCommonMember(ref json, member, item, "key, channel, message, event, retry"),
    };

    private static string? ReadEventMember(ref Utf8JsonReader json, ReadOnlySpan<byte> text, string member, PublishItem item) => member switch
    {
        "data" or "dataBase64" when item.Messages.Count > 0 => "There are both 'data' and 'dataBase64'.",
        "data" => item.AddMessage(ReadValue(ref json, text)),
        "dataBase64" => ReadString(ref json, member, encoded =>
            !Base64.IsValid(encoded) ? "The member 'dataBase64' is no valid base64." : item.AddMessage(Convert.FromBase64String(encoded))),
        _ => ReadCommonMember(ref json, member, item, "event, data, dataBase64, retry"),
    };

    private static string? ReadCommonMember(ref Utf8JsonReader json, string member, PublishItem item, string known)
    {
        switch (member)
        {
            case "event" or "retry" when json.TokenType == JsonTokenType.Null:
                return null;
            case "event":
                return ReadString(ref json, member, item.SetType);
            case "retry":
                return json.TokenType == JsonTokenType.Number ? item.SetRetry(json.ValueSpan) : $"The member 'retry' is a number; this is {Kind(json.TokenType)}.";
            case "id":
                // The channel gives its own.
                json.Skip();
                return null;
            default:
                return $"The member '{member}' is unknown; known: {known}.";
        }
    }

    private static string? ReadChannels(ref Utf8JsonReader json, PublishItem item)
    {
        if (json.TokenType == JsonTokenType.String)
        {
            return item.AddChannel(Unescaped(ref json));
        }

        if (json.TokenType != JsonTokenType.StartArray)
        {
            return $"The member 'channel' is a string or an array of strings; this is {Kind(json.TokenType)}.";
        }

        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            var error = json.TokenType == JsonTokenType.String ? item.AddChannel(Unescaped(ref json)) : $"A channel is a string; this is {Kind(json.TokenType)}.";
            if (error is not null)
            {
                return error;
            }
        }

        return null;
    }

    private static string? ReadMessages(ref Utf8JsonReader json, ReadOnlySpan<byte> text, PublishItem item)
    {
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (item.AddMessage(ReadValue(ref json, text)) is { } error)
            {
                return error;
            }
        }

        return null;
    }

    // A string is the text it holds; anything else is sent as it stands.
    private static byte[] ReadValue(ref Utf8JsonReader json, ReadOnlySpan<byte> text)
    {
        if (json.TokenType == JsonTokenType.String)
        {
            return Unescaped(ref json);
        }

        var begin = (int)json.TokenStartIndex;
        json.Skip();
        return text[begin..(int)json.BytesConsumed].ToArray();
    }

    private static string? ReadString(ref Utf8JsonReader json, string member, Func<string, string?> take) =>
        json.TokenType == JsonTokenType.String ? take(json.GetString()!) : $"The member '{member}' is a string; this is {Kind(json.TokenType)}.";

    private static byte[] Unescaped(ref Utf8JsonReader json)
    {
        var bytes = new byte[json.ValueSpan.Length];
        var length = json.CopyString(bytes);
        return length == bytes.Length ? bytes : bytes[..length];
    }

    // Whatever follows the value is a fault that the reader tells.
    private static PublishRefusal? ReadEnd(ref Utf8JsonReader json)
    {
        json.Read();
        return null;
    }

    private static string Kind(JsonTokenType token) => token switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => "a string",
        JsonTokenType.Number => "a number",
        JsonTokenType.Null => "null",
        _ => "true or false",
    };
}
