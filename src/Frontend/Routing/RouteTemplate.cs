using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.RegularExpressions;
using SseFabric.Channels.Configuration;
using SseFabric.Contracts;

namespace SseFabric.Frontend.Routing;

/// <summary>Makes a channel's name of a template and a request. Immutable; any thread.</summary>
/// <remarks>The text that a request brings is put into its place as it is and read by nobody: the whole is a channel's name, or it is refused.</remarks>
internal sealed class RouteTemplate
{
    private readonly ChannelTemplate _template;
    private readonly ChannelName? _literal;

    private RouteTemplate(ChannelTemplate template)
    {
        _template = template;
        if (template.Parts is [{ Source: ChannelTemplateSource.Text, Text: var name }])
        {
            _literal = ChannelName.Parse(name);
        }
    }

    public bool HasGroups => _template.Parts.Any(part => part.Source == ChannelTemplateSource.Group);

    /// <exception cref="FormatException">It is no template; a validator should have said so before.</exception>
    public static RouteTemplate Parse(string text, Regex pattern) =>
        ChannelTemplate.TryParse(text, pattern, out var template, out var accepted) ? new RouteTemplate(template) : throw new FormatException(accepted);

    public bool TryExpand(RouteVariables variables, out ChannelName channel, [NotNullWhen(false)] out RouteChannels? refusal)
    {
        (channel, refusal) = (_literal ?? default, null);
        if (_literal is not null)
        {
            return true;
        }

        var name = new StringBuilder();
        foreach (var part in _template.Parts)
        {
            if (!variables.TryRead(part, out var text, out var reason))
            {
                refusal = RouteChannels.Bad(reason);
                return false;
            }

            name.Append(text);
        }

        refusal = name.Length == 0 ? RouteChannels.None : ChannelName.TryParse(name.ToString(), out channel, out var error) ? null : RouteChannels.Bad(error);
        return refusal is null;
    }
}
