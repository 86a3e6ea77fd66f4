using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace SseFabric.TestKit.Delivery;

/// <summary>Payloads that say what they are: <c>c=news;n=17;t=12345;</c>, then filling.</summary>
public static class DeliveryPayload
{
    /// <summary>Makes a payload of at least <paramref name="size"/> bytes, stamped with the time at which it was made.</summary>
    public static byte[] Create(string channel, long sequence, int size = 0)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"c={channel};n={sequence};t={TimeProvider.System.GetTimestamp()};");
        var bytes = new byte[Math.Max(size, Encoding.UTF8.GetByteCount(text))];
        var length = Encoding.UTF8.GetBytes(text, bytes);
        bytes.AsSpan(length).Fill((byte)'.');
        return bytes;
    }

    public static bool TryParse(ReadOnlySpan<byte> payload, out ReadOnlySpan<byte> channel, out long sequence, out long timestamp)
    {
        sequence = 0;
        timestamp = 0;
        return TryField(ref payload, "c="u8, out channel)
            && TryField(ref payload, "n="u8, out var number) && TryNumber(number, out sequence)
            && TryField(ref payload, "t="u8, out var time) && TryNumber(time, out timestamp)
            && payload.IndexOfAnyExcept((byte)'.') < 0;
    }

    private static bool TryNumber(ReadOnlySpan<byte> text, out long number) =>
        Utf8Parser.TryParse(text, out number, out var used) && used == text.Length;

    private static bool TryField(scoped ref ReadOnlySpan<byte> payload, scoped ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        var end = payload.IndexOf((byte)';');
        if (end < 0 || !payload.StartsWith(name))
        {
            value = default;
            return false;
        }

        value = payload[name.Length..end];
        payload = payload[(end + 1)..];
        return true;
    }
}
