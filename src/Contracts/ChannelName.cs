using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace SseFabric.Contracts;

/// <summary>The name of a channel: 1 to 255 bytes of UTF-8 without control characters.</summary>
/// <remarks>Compared ordinally. <c>default</c> is no valid name: <see cref="Value"/> is then empty.</remarks>
public readonly record struct ChannelName
{
    /// <summary>The longest name, in bytes of UTF-8.</summary>
    public const int MaxBytes = 255;

    private static readonly UTF8Encoding s_strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private readonly string? _value;

    private ChannelName(string value) => _value = value;

    /// <summary>The name itself.</summary>
    public string Value => _value ?? "";

    /// <summary>Makes a name of <paramref name="value"/>, which the caller knows to be valid.</summary>
    /// <exception cref="FormatException">It isn't; the message says why.</exception>
    public static ChannelName Parse(string value) =>
        TryParse(value, out var name, out var error) ? name : throw new FormatException(error);

    /// <summary>Makes a name of <paramref name="value"/>, or says in one sentence why it can't be one.</summary>
    public static bool TryParse([NotNullWhen(true)] string? value, out ChannelName name, [NotNullWhen(false)] out string? error)
    {
        name = default;
        error = Fault(value);
        if (error is not null)
        {
            return false;
        }

        name = new ChannelName(value!);
        return true;
    }

    /// <summary>Makes a name of bytes as a Redis client or a URL carries them, or says why they can't be one.</summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out ChannelName name, [NotNullWhen(false)] out string? error)
    {
        name = default;
        if (utf8.Length > MaxBytes)
        {
            error = TooLong(utf8.Length);
            return false;
        }

        if (!System.Text.Unicode.Utf8.IsValid(utf8))
        {
            error = "A channel name must be valid UTF-8.";
            return false;
        }

        return TryParse(Encoding.UTF8.GetString(utf8), out name, out error);
    }

    /// <summary>The name.</summary>
    public override string ToString() => Value;

    private static string? Fault(string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            return "A channel name must not be empty.";
        }

        foreach (var c in value)
        {
            if (char.IsControl(c))
            {
                return $"A channel name must not hold control characters; this one holds U+{(int)c:X4}.";
            }
        }

        try
        {
            var bytes = s_strictUtf8.GetByteCount(value);
            return bytes > MaxBytes ? TooLong(bytes) : null;
        }
        catch (EncoderFallbackException)
        {
            return "A channel name must be valid Unicode; this one holds half of a surrogate pair.";
        }
    }

    private static string TooLong(int bytes) => $"A channel name has at most {MaxBytes} bytes of UTF-8; this one has {bytes}.";
}
