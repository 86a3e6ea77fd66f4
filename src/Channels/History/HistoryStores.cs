using SseFabric.Channels.Configuration;
using SseFabric.Channels.History.Redis;
using SseFabric.Channels.History.Redisse;
using SseFabric.Contracts;

namespace SseFabric.Channels.History;

/// <summary>The stores of the servers that channels' rules name, one connection a server, made when it is first needed. Any thread.</summary>
public sealed class HistoryStores : IAsyncDisposable
{
    private readonly ChannelRules _rules;
    private readonly FabricOptions _options;
    private readonly Dictionary<string, (RedisCommands Commands, IHistoryStore Store, IRedisseStore Redisse)> _byConfiguration = [];

    /// <summary>The stores of validated options.</summary>
    public HistoryStores(FabricOptions options, ChannelRules rules, TimeProvider time)
    {
        (_options, _rules) = (options, rules);
        foreach (var configuration in options.AllChannels.Where(rule => rule.History.IsInRedis).Select(ConfigurationOf).Distinct())
        {
            var commands = new RedisCommands(configuration, time);
            _byConfiguration.Add(configuration, (commands, new RedisHistoryStore(commands, rules), new RedisseStore(commands, rules)));
        }
    }

    /// <summary>The store of a channel's history; null if it lives with the channel's owner.</summary>
    internal IHistoryStore? For(ChannelName channel)
    {
        var rule = _rules.For(channel);
        return rule.History.IsRecorded ? _byConfiguration[ConfigurationOf(rule)].Store : null;
    }

    /// <summary>Redisse's store of a channel's history; null if it isn't redisse's.</summary>
    internal IRedisseStore? RedisseFor(ChannelName channel)
    {
        var rule = _rules.For(channel);
        return rule.History.IsRedisse ? _byConfiguration[ConfigurationOf(rule)].Redisse : null;
    }

    /// <summary>Reads the number of the last event on any channel of redisse's, on the server that one of them is kept on.</summary>
    /// <returns>Whether the server answered, and the number; null: there is none yet, or the channel isn't kept as redisse does.</returns>
    public async Task<(bool IsReached, long? Counter)> ReadRedisseCounterAsync(ChannelName channel)
    {
        try
        {
            return (true, RedisseFor(channel) is { } store ? await store.ReadCounterAsync() : null);
        }
        catch (HistoryStoreException)
        {
            return (false, null);
        }
    }

    /// <summary>Ends the connections.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var (commands, _, _) in _byConfiguration.Values)
        {
            await commands.DisposeAsync();
        }
    }

    private string ConfigurationOf(ChannelRule rule) => rule.Server is { } server ? _options.Servers[server] : _options.Redis;
}
