using System.IO.Enumeration;
using SseFabric.Contracts;

namespace SseFabric.Channels.Configuration;

/// <summary>Finds the rule of a channel. Immutable; any thread.</summary>
public sealed class ChannelRules(IReadOnlyList<ChannelRule> rules)
{
    private static readonly ChannelRule s_default = new();

    /// <summary>The first rule that fits, or the defaults. Cost: one glob match a rule.</summary>
    public ChannelRule For(ChannelName channel)
    {
        foreach (var rule in rules)
        {
            if (FileSystemName.MatchesSimpleExpression(Escaped(rule.Match), channel.Value, ignoreCase: false))
            {
                return rule;
            }
        }

        return s_default;
    }

    /// <summary>The channels that are subscribed from start to end.</summary>
    public IEnumerable<ChannelName> AlwaysOn => rules.Where(rule => rule.AlwaysOn).Select(rule => ChannelName.Parse(rule.Match));

    // The matcher takes a backslash as an escape; in a channel glob it is an ordinary character.
    private static string Escaped(string glob) => glob.Contains('\\', StringComparison.Ordinal) ? glob.Replace("\\", "\\\\", StringComparison.Ordinal) : glob;
}
