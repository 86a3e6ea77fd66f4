using System.Text;

namespace SseFabric.Frontend.Endpoints;

/// <summary>Percent-decodes parts of request targets and forms, once. Pure.</summary>
internal static class PercentEncoding
{
    /// <summary>Decodes a text. As in the URL standard, a percent sign without two hexadecimal digits stands for itself.</summary>
    public static byte[] Decode(ReadOnlySpan<char> text, bool plusIsSpace)
    {
        var bytes = new byte[Encoding.UTF8.GetByteCount(text)];
        Encoding.UTF8.GetBytes(text, bytes);
        var length = DecodeInPlace(bytes, plusIsSpace);
        return length == bytes.Length ? bytes : bytes[..length];
    }

    /// <summary>Decodes an item of a form, in which a plus is a space.</summary>
    public static byte[] DecodeForm(ReadOnlySpan<byte> encoded)
    {
        var bytes = encoded.ToArray();
        var length = DecodeInPlace(bytes, plusIsSpace: true);
        return length == bytes.Length ? bytes : bytes[..length];
    }

    private static int DecodeInPlace(Span<byte> bytes, bool plusIsSpace)
    {
        var length = 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[length++] = bytes[i] switch
            {
                (byte)'+' when plusIsSpace => (byte)' ',
                (byte)'%' when i + 2 < bytes.Length && char.IsAsciiHexDigit((char)bytes[i + 1]) && char.IsAsciiHexDigit((char)bytes[i + 2]) =>
                    (byte)((HexValue(bytes[++i]) << 4) | HexValue(bytes[++i])),
                var plain => plain,
            };
        }

        return length;
    }

    private static int HexValue(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
