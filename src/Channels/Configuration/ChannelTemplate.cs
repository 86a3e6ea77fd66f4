using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.RegularExpressions;
using SseFabric.Contracts;

namespace SseFabric.Channels.Configuration;

/// <summary>A channel's name with places for what a request holds. Immutable.</summary>
/// <remarks>
/// <c>$1</c> to <c>$9</c> (one digit: <c>$10</c> is group 1 and a zero), <c>${qs[NAME]}</c>, <c>${cookie[NAME]}</c>, <c>${header[NAME]}</c>, <c>${host}</c>,
/// <c>${path}</c>, and <c>$$</c> for a dollar sign; everything else stands for itself. The template is read once, at start: what is put into its places is
/// never looked at again.
/// </remarks>
public sealed partial class ChannelTemplate
{
    private const string Places = "$1 to $9, ${qs[NAME]}, ${cookie[NAME]}, ${header[NAME]}, ${host}, ${path}, and $$ for a dollar sign";

    /// <summary>What conditions may look at.</summary>
    internal const string ConditionPlaces = "$1 to $9, ${qs[NAME]}, ${cookie[NAME]}, ${header[NAME]}, ${host}, ${path}, ${method}, ${remote}";

    private ChannelTemplate(ChannelTemplatePart[] parts) => Parts = parts;

    /// <summary>The pieces, in order; neighbouring texts are one.</summary>
    public IReadOnlyList<ChannelTemplatePart> Parts { get; }

    /// <summary>The channel, if it is the same for every request; null otherwise.</summary>
    internal string? Literal => Parts is [{ Source: ChannelTemplateSource.Text, Text: var text }] ? text : null;

    /// <summary>A glob that fits every name that the template can become, if no text of it holds <c>*</c> or <c>?</c>.</summary>
    internal string Glob => string.Concat(Parts.Select(part => part.Source == ChannelTemplateSource.Text ? part.Text : "*"));

    /// <summary>Reads a template, or says what is accepted instead.</summary>
    /// <param name="text">The template.</param>
    /// <param name="pattern">The route's pattern, which has the groups; null: any group is taken.</param>
    /// <param name="template">What was read.</param>
    /// <param name="accepted">What is accepted.</param>
    public static bool TryParse(string text, Regex? pattern, [NotNullWhen(true)] out ChannelTemplate? template, [NotNullWhen(false)] out string? accepted)
    {
        template = null;
        var parts = new List<ChannelTemplatePart>();
        var literal = new StringBuilder();
        accepted = Read(text, pattern, parts, literal) ?? Fault(parts);
        if (accepted is null)
        {
            template = new ChannelTemplate([.. parts]);
        }

        return template is not null;
    }

    /// <summary>Reads a single place, as a condition has it; false if it is none.</summary>
    public static bool TryParsePlace(string text, out ChannelTemplatePart place)
    {
        var match = Place().Match(text);
        place = match.Success ? PartOf(match) : default;
        return match.Success && match.Length == text.Length;
    }

    /// <summary>What is accepted in place of a group that a route's pattern doesn't have, as the rest of a sentence; null: it has it, or the place is no group.</summary>
    internal static string? GroupFault(ChannelTemplatePart place, Regex? pattern)
    {
        if (place.Group == 0 || pattern is null || pattern.GetGroupNumbers().Contains(place.Group))
        {
            return null;
        }

        return pattern.GetGroupNumbers() is { Length: > 1 } groups
            ? $"with the groups that the Path has, $1 to ${groups.Length - 1} (here ${place.Group})"
            : $"without ${place.Group}, as the Path has no group";
    }

    private static string? Read(string text, Regex? pattern, List<ChannelTemplatePart> parts, StringBuilder literal)
    {
        for (var at = 0; at < text.Length;)
        {
            if (text[at] != '$')
            {
                literal.Append(text[at++]);
                continue;
            }

            if (at + 1 < text.Length && text[at + 1] == '$')
            {
                literal.Append('$');
                at += 2;
                continue;
            }

            var place = Place().Match(text, at);
            if (!place.Success || PartOf(place).Source is ChannelTemplateSource.Method or ChannelTemplateSource.Remote)
            {
                return $"a channel name with the places {Places} (here from character {at + 1})";
            }

            EndText(parts, literal);
            var part = PartOf(place);
            if (GroupFault(part, pattern) is { } fault)
            {
                return $"a channel name {fault}";
            }

            parts.Add(part);
            at += place.Length;
        }

        EndText(parts, literal);
        return null;
    }

    private static void EndText(List<ChannelTemplatePart> parts, StringBuilder literal)
    {
        if (literal.Length > 0)
        {
            parts.Add(new ChannelTemplatePart(ChannelTemplateSource.Text, literal.ToString()));
            literal.Clear();
        }
    }

    private static ChannelTemplatePart PartOf(Match place) => place switch
    {
        _ when place.Groups["group"] is { Success: true } group => new(ChannelTemplateSource.Group, "", group.ValueSpan[0] - '0'),
        _ when place.Groups["name"] is { Success: true } name => new(SourceOf(place.Groups["kind"].Value), name.Value),
        _ => new(SourceOf(place.Groups["whole"].Value), ""),
    };

    private static ChannelTemplateSource SourceOf(string kind) => kind switch
    {
        "qs" => ChannelTemplateSource.QueryItem,
        "cookie" => ChannelTemplateSource.Cookie,
        "header" => ChannelTemplateSource.Header,
        "host" => ChannelTemplateSource.Host,
        "path" => ChannelTemplateSource.Path,
        "method" => ChannelTemplateSource.Method,
        _ => ChannelTemplateSource.Remote,
    };

    // Every name that the template can become has its texts, so they have to be good enough for a name.
    private static string? Fault(List<ChannelTemplatePart> parts)
    {
        var texts = string.Concat(parts.Where(part => part.Source == ChannelTemplateSource.Text).Select(part => part.Text));
        return (texts.Length > 0 || parts.Count == 0) && !ChannelName.TryParse(texts, out _, out var error)
            ? $"a channel name ({error.TrimEnd('.')}), with the places {Places}"
            : null;
    }

    // Names of cookies and headers are tokens (RFC 9110, 5.6.2); a query item's may be anything up to the bracket.
    [GeneratedRegex(@"\G\$(?:(?<group>[1-9])|\{(?<whole>host|path|method|remote)\}|\{(?<kind>qs)\[(?<name>[^\]]+)\]\}|\{(?<kind>cookie|header)\[(?<name>[!#$%&'*+\-.^_`|~0-9A-Za-z]+)\]\})")]
    private static partial Regex Place();
}
