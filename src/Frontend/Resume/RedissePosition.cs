using System.Buffers.Text;
using System.Globalization;
using SseFabric.Contracts;

namespace SseFabric.Frontend.Resume;

/// <summary>Where a subscriber of redisse's begins: after the last number it has seen, or where the counter stood when it came. Immutable.</summary>
/// <param name="LastId">The last number it has seen; below 0 if what it sent is none; null: it sent nothing.</param>
/// <param name="Counter">Where the counter of all events stood before it joined; null: there is none.</param>
internal readonly record struct RedissePosition(long? LastId, long? Counter)
{
    private const char Separator = '/';

    /// <summary>What follows this number is still to come.</summary>
    public long From => LastId ?? Counter ?? long.MaxValue;

    /// <summary>Puts what a client sent and the counter into one text.</summary>
    public static string? Text(string? lastEventId, long? counter) =>
        string.IsNullOrEmpty(lastEventId) && counter is null ? null : string.Create(CultureInfo.InvariantCulture, $"{lastEventId}{Separator}{counter}");

    /// <summary>Reads that text, or what a client sent alone; null: nothing was sent.</summary>
    public static RedissePosition? Parse(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        var slash = text.LastIndexOf(Separator);
        var sent = slash < 0 ? text : text[..slash];
        long? lastId = sent.Length == 0 ? null : long.TryParse(sent, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var id) ? id : -1;
        return new RedissePosition(lastId, slash >= 0 && long.TryParse(text.AsSpan(slash + 1), CultureInfo.InvariantCulture, out var counter) ? counter : null);
    }

    /// <summary>The number in a frame's id line; null: it has none.</summary>
    public static long? NumberOf(NewEvent published)
    {
        if (!published.IsFrame)
        {
            return null;
        }

        var frame = published.Data.Span;
        while (!frame.IsEmpty)
        {
            var end = frame.IndexOfAny((byte)'\r', (byte)'\n');
            var line = end < 0 ? frame : frame[..end];
            if (line.StartsWith("id:"u8))
            {
                var value = line["id:".Length..];
                value = value.StartsWith(" "u8) ? value[1..] : value;
                return Utf8Parser.TryParse(value, out long number, out var read) && read == value.Length ? number : null;
            }

            frame = end < 0 ? [] : frame[(end + 1)..];
        }

        return null;
    }
}
