using System.Text.Json;
using System.Text.Unicode;

namespace SseFabric.Frontend.Publishing;

/// <summary>Reads the JSON forms of a publish, without a tree of what may be a large body. Pure.</summary>
internal static partial class PublishJson
{
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

    // Whatever follows the value is a fault that the reader tells.
    private static PublishRefusal? ReadEnd(ref Utf8JsonReader json)
    {
        json.Read();
        return null;
    }
}
