using System.Buffers.Text;
using System.Text.Json;

namespace SseFabric.Frontend.Publishing;

internal static partial class PublishJson
{
    /// <summary>Reads a member of an object whose value the reader stands at, and leaves it at the value's last token.</summary>
    /// <returns>What is wrong; null if nothing is.</returns>
    private delegate string? MemberReader(ref Utf8JsonReader json, ReadOnlySpan<byte> text, string member, PublishItem item);

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
