using SseFabric.Channels.Configuration;
using SseFabric.Contracts;
using StackExchange.Redis;

namespace SseFabric.Channels.History.Redis;

/// <summary>Histories in Redis Streams: one stream a channel, an entry's id is the event's cursor. Any thread.</summary>
/// <remarks>
/// Every change is one script, see <c>Scripts/append.lua</c>: numbering, appending and trimming are one step for everybody. A stream expires with its
/// age bound, what the channel knows of itself an hour later.
/// </remarks>
internal sealed class RedisHistoryStore(RedisCommands commands, ChannelRules rules) : IHistoryStore
{
    private const int PageSize = 500;

    // Redis itself publishes on these channels (keyspace notifications), and counts nothing.
    private const string ServersOwn = "__key";

    private static readonly TimeSpan s_stateOutlives = TimeSpan.FromHours(1);

    private readonly RedisHistoryKeys _keys = new(commands.ChannelPrefix);

    public string Description => commands.Description;

    public async Task<StoredHistory> ReadAsync(ChannelName channel, Cursor? after)
    {
        var bounds = rules.For(channel).History;
        var written = RedisAppendArguments.Bounds(bounds.Count, bounds.MaxBytes, bounds.MaxAge);
        var reply = new RedisHistoryReply(after);
        int entries;
        do
        {
            RedisValue[] values = [reply.Last?.ToString() ?? "", PageSize, written, StateLifetime(bounds)];
            entries = reply.Add(await commands.EvaluateAsync(RedisScripts.Read, Keys(channel), values));
        }
        while (entries == PageSize);
        return reply.ToHistory();
    }

    public async Task<IReadOnlyList<AppendedPublish>> AppendAsync(ChannelName channel, HistoryAppend append)
    {
        var bounds = rules.For(channel).History;
        var (keys, values) = RedisAppendArguments.OfOwner(_keys, channel, bounds.Count, bounds.MaxBytes, bounds.MaxAge, append);
        return RedisAppendArguments.Read((string)(await commands.EvaluateAsync(RedisScripts.Append, keys, values))!);
    }

    public async Task<Cursor?> FindAsync(ChannelName channel, string idempotencyKey) =>
        RedisAppendArguments.ReadKey((string?)await commands.EvaluateAsync(RedisScripts.Find, [_keys.Published(channel, idempotencyKey)], []));

    public Task BeginEpochAsync(ChannelName channel, long epoch, string mark) =>
        commands.EvaluateAsync(RedisScripts.Begin, [_keys.State(channel)], [epoch, mark, StateLifetime(rules.For(channel).History)]);

    public Task ForgetMarkAsync(ChannelName channel) => commands.EvaluateAsync(RedisScripts.ForgetMark, [_keys.State(channel)], []);

    public bool IsAnnouncement(ReadOnlySpan<byte> payload) => payload.SequenceEqual(RedisHistoryKeys.Announcement);

    public async Task<string?> MarkAsync(ChannelName channel)
    {
        if (commands.HasReplicas || _keys.RedisChannel(channel).StartsWith(ServersOwn, StringComparison.Ordinal))
        {
            return null;
        }

        try
        {
            return (string?)await commands.EvaluateAsync(RedisScripts.Published, [], []);
        }
        catch (HistoryStoreException exception) when (exception.IsRefusal)
        {
            // A server whose users may not ask, or a Redis Cluster.
            return null;
        }
    }

    private static long StateLifetime(HistoryOptions bounds) => (long)(bounds.MaxAge + s_stateOutlives).TotalMilliseconds;

    private RedisKey[] Keys(ChannelName channel) => [_keys.Stream(channel), _keys.State(channel)];
}
