using SseFabric.Contracts;

namespace SseFabric.Channels.Configuration;

/// <summary>Finds the rule of a channel. Immutable; any thread.</summary>
public sealed class ChannelRules(IReadOnlyList<ChannelRule> rules)
{
    private static readonly ChannelRule s_default = new();

    /// <summary>The rules of the options, with those that the servers of the routes add.</summary>
    public static ChannelRules Of(FabricOptions options) => new(RouteServers.Complete(options));

    /// <summary>The first rule that fits, or the defaults. Cost: one glob match a rule.</summary>
    public ChannelRule For(ChannelName channel)
    {
        foreach (var rule in rules)
        {
            if (ChannelGlob.Fits(rule.Match, channel.Value))
            {
                return rule;
            }
        }

        return s_default;
    }

    /// <summary>The channels that are subscribed from start to end.</summary>
    public IEnumerable<ChannelName> AlwaysOn => rules.Where(rule => rule.AlwaysOn).Select(rule => ChannelName.Parse(rule.Match));
}
