using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.RegularExpressions;

namespace SseFabric.Channels.Configuration;

/// <summary>Reads single values, strictly, and says what is accepted.</summary>
internal static partial class OptionValue
{
    /// <summary>Whether a property of this type is written as one value.</summary>
    public static bool IsScalar(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type.IsEnum || type == typeof(string) || type == typeof(int) || type == typeof(long) || type == typeof(bool) || type == typeof(TimeSpan);
    }

    /// <summary>Reads a value that is not empty.</summary>
    public static bool TryRead(Type type, string text, out object? value)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        value = type switch
        {
            _ when type == typeof(string) => text,
            _ when type == typeof(int) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null,
            _ when type == typeof(long) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null,
            _ when type == typeof(bool) => bool.TryParse(text, out var flag) && text.Length == text.Trim().Length ? flag : null,
            _ when type == typeof(TimeSpan) => ReadTimeSpan(text),
            _ => Enum.GetNames(type).FirstOrDefault(name => name.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } known
                ? Enum.Parse(type, known)
                : null,
        };
        return value is not null;
    }

    /// <summary>What is accepted for a type, within a range if there is one.</summary>
    public static string Accepted(Type type, RangeAttribute? range, bool isNullable)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        var kind = type switch
        {
            _ when type == typeof(bool) => "true or false",
            _ when type == typeof(int) || type == typeof(long) => "a whole number",
            _ when type == typeof(TimeSpan) => "a time span hh:mm:ss[.fff] or d.hh:mm:ss",
            _ when type.IsEnum => string.Join(", ", Enum.GetNames(type)),
            _ => "a text",
        };
        return kind + Limits(range) + (isNullable ? ", or empty" : "");
    }

    /// <summary>Tells what a bare number would have meant, which is not what its writer thought; empty for anything else.</summary>
    public static string Hint(Type type, string? text) =>
        (Nullable.GetUnderlyingType(type) ?? type) == typeof(TimeSpan)
        && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? $" ({seconds} seconds are {TimeSpan.FromSeconds(seconds):c})"
            : "";

    private static string Limits(RangeAttribute? range) => range switch
    {
        null => "",
        { Maximum: int.MaxValue } => $", {range.Minimum} or more",
        _ => $", {Text(range.Minimum)} to {Text(range.Maximum)}",
    };

    private static string Text(object bound) => bound is TimeSpan { Microseconds: 0, Nanoseconds: 0, Milliseconds: > 0 } span
        ? span.ToString("c", CultureInfo.InvariantCulture).TrimEnd('0')
        : Convert.ToString(bound, CultureInfo.InvariantCulture)!;

    private static TimeSpan? ReadTimeSpan(string text) =>
        TimeSpanForm().IsMatch(text) && TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out var span) ? span : null;

    // The framework takes a bare number as days, and "24:00:00" as 24 days: the form keeps those out, and exact parsing hours over 23.
    [GeneratedRegex(@"^(\d{1,5}\.)?\d{2}:\d{2}:\d{2}(\.\d{1,7})?\z")]
    private static partial Regex TimeSpanForm();
}
