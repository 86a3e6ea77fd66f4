using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace SseFabric.Channels.Configuration;

/// <summary>Bytes in a configuration: a text stands for its UTF-8, and <c>base64:</c> with base64 after it for any bytes. Pure.</summary>
public static class ByteText
{
    /// <summary>What is accepted.</summary>
    internal const string Accepted = "a text, or base64: and the bytes in base64";

    private const string Base64Mark = "base64:";

    /// <summary>Reads the bytes; null stands for none.</summary>
    /// <returns>False if there is no base64 after the mark.</returns>
    public static bool TryRead(string? text, [NotNullWhen(true)] out byte[]? bytes)
    {
        if (text is null || !text.StartsWith(Base64Mark, StringComparison.Ordinal))
        {
            bytes = Encoding.UTF8.GetBytes(text ?? "");
            return true;
        }

        var buffer = new byte[text.Length];
        var isRead = Convert.TryFromBase64String(text[Base64Mark.Length..], buffer, out var length);
        bytes = isRead ? buffer[..length] : null;
        return isRead;
    }
}
