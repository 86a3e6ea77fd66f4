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
            if (Fits(rule.Match, channel.Value))
            {
                return rule;
            }
        }

        return s_default;
    }

    /// <summary>The channels that are subscribed from start to end.</summary>
    public IEnumerable<ChannelName> AlwaysOn => rules.Where(rule => rule.AlwaysOn).Select(rule => ChannelName.Parse(rule.Match));

    // The framework's matcher of file names takes a backslash as an escape, which in a channel's name is an ordinary character.
    private static bool Fits(ReadOnlySpan<char> glob, ReadOnlySpan<char> name)
    {
        var (star, retry) = (-1, 0);
        var (g, n) = (0, 0);
        while (n < name.Length)
        {
            if (g < glob.Length && glob[g] == '*')
            {
                (star, retry) = (g++, n);
            }
            else if (g < glob.Length && (glob[g] == '?' || glob[g] == name[n]))
            {
                (g, n) = (g + 1, n + 1);
            }
            else if (star >= 0)
            {
                // The last star takes one character more; an earlier one never needs to.
                (g, n) = (star + 1, ++retry);
            }
            else
            {
                return false;
            }
        }

        return !glob[g..].ContainsAnyExcept('*');
    }
}
