using SseFabric.Contracts;

namespace SseFabric.Channels.Configuration;

/// <summary>Finds the rule of a channel. Immutable; any thread.</summary>
/// <param name="rules">In order.</param>
/// <param name="others">The rule where none of them fits; null (the default): the defaults.</param>
public sealed class ChannelRules(IReadOnlyList<ChannelRule> rules, ChannelRule? others = null)
{
    private readonly ChannelRule _others = others ?? new ChannelRule();

    /// <summary>The rules of validated options, with those that the servers of the routes add, and the defaults of the profile.</summary>
    public static ChannelRules Of(FabricOptions options) => new(RouteServers.Complete(options), options.OtherChannels);

    /// <summary>The first rule that fits, or that of the others. Cost: one glob match a rule.</summary>
    public ChannelRule For(ChannelName channel)
    {
        foreach (var rule in rules)
        {
            if (ChannelGlob.Fits(rule.Match, channel.Value))
            {
                return rule;
            }
        }

        return _others;
    }

    /// <summary>The channels that are subscribed from start to end.</summary>
    public IEnumerable<ChannelName> AlwaysOn => rules.Where(rule => rule.AlwaysOn).Select(rule => ChannelName.Parse(rule.Match));
}
