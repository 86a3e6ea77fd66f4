using System.Text.RegularExpressions;

namespace SseFabric.Channels.Configuration;

/// <summary>Takes secrets out of what is shown of the configuration.</summary>
public static partial class Redaction
{
    private const int MaxShown = 200;

    /// <summary>A StackExchange.Redis configuration string, or any other value, without the passwords in it.</summary>
    public static string WithoutPasswords(string value) => PasswordItem().Replace(UserPart().Replace(value, "$1***@"), "$1***");

    /// <summary>A value for a message: in quotes, without secrets, on one line, not too long.</summary>
    internal static string Quoted(string key, string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            return "(empty)";
        }

        if (SecretKey().IsMatch(key))
        {
            return "(hidden)";
        }

        var shown = WithoutPasswords(value);
        shown = shown.Length > MaxShown ? shown[..MaxShown] + "…" : shown;
        return $"\"{Control().Replace(shown, " ")}\"";
    }

    // The name of a file is none, whatever is in it.
    [GeneratedRegex("^(?!.*File$).*(pas+w|pwd|secret|token|key|jwt$)", RegexOptions.IgnoreCase)]
    private static partial Regex SecretKey();

    // Misspelt too ("pasword", "pwd"), and up to the next option: a comma in a password splits it, and its rest is as secret.
    [GeneratedRegex(@"(\bp[a-z]*w[a-z]*\s*=)((?!,\s*[a-z]+\s*=).)*", RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex PasswordItem();

    // To the last @: a password in a URL may hold anything, rightly or not.
    [GeneratedRegex(@"(://)\S*@")]
    private static partial Regex UserPart();

    [GeneratedRegex(@"\p{C}")]
    private static partial Regex Control();
}
