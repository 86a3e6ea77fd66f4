using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace SseFabric.Channels.Configuration;

/// <summary>The regular expressions of routes: .NET's, matched in time linear in the path. Pure.</summary>
public static class RoutePattern
{
    // A dot is any character, so that a line feed in a path can't end what a group takes of it.
    private const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.Singleline;

    /// <summary>Compiles a pattern, or says what is accepted instead.</summary>
    public static bool TryCreate(string pattern, [NotNullWhen(true)] out Regex? regex, [NotNullWhen(false)] out string? accepted)
    {
        (regex, accepted) = (null, null);
        if (string.IsNullOrEmpty(pattern))
        {
            accepted = "a regular expression that is tried on the path, such as ^/events/(\\d+)$";
            return false;
        }

        try
        {
            regex = new Regex(pattern, Options);
            return true;
        }
        catch (RegexParseException unreadable)
        {
            accepted = $"a regular expression ({unreadable.Error} at character {unreadable.Offset + 1})";
        }
        catch (NotSupportedException)
        {
            accepted = "a regular expression that is matched in linear time: without look-around, back-references, atomic groups, conditions and \\G, and without counted repetitions that multiply to thousands";
        }

        return false;
    }
}
