using SseFabric.Channels.Configuration;
using SseFabric.Channels.History.Redis;
using SseFabric.Contracts;
using StackExchange.Redis;

namespace SseFabric.Channels.History.Redisse;

/// <summary>Redisse's histories in Redis: a counter of all events, and for each channel a sorted set of its last frames. Any thread.</summary>
internal sealed class RedisseStore(RedisCommands commands, ChannelRules rules) : IRedisseStore
{
    public string Description => commands.Description;

    public async Task<RedisseSet> LoadAsync(ChannelName channel)
    {
        var count = Math.Max(1, rules.For(channel).History.Count);
        var reply = (RedisResult[])(await commands.EvaluateAsync(RedisScripts.RedisseLoad, [RedisseArguments.RedisChannel(commands.ChannelPrefix, channel), RedisseArguments.Counter], [count]))!;

        // Redisse's own publishers keep a hundred, whatever is configured here.
        var isFull = (long)reply[0] >= Math.Min(count, RedisseArguments.HistorySize);
        return new RedisseSet(Array.ConvertAll((RedisResult[])reply[2]!, frame => (byte[])frame!), isFull, (long)reply[1]);
    }

    public async Task<long?> ReadCounterAsync() => (long?)await commands.EvaluateAsync(RedisScripts.RedisseCounter, [RedisseArguments.Counter], []);

    public async Task<RedissePublished> PublishAsync(ChannelName channel, IReadOnlyList<RedisseFrameParts> frames, string? idempotencyKey)
    {
        var history = rules.For(channel).History;
        var (keys, values) = RedisseArguments.Of(channel, commands.ChannelPrefix, history.Count, history.SetLifetime, frames, idempotencyKey);
        return RedisseArguments.Read((string)(await commands.EvaluateAsync(RedisScripts.RedissePublish, keys, values))!);
    }
}
