using SseFabric.Contracts;

namespace SseFabric.Channels.History.Redisse;

/// <summary>Redisse's histories. Any thread. Every method throws <see cref="HistoryStoreException"/>.</summary>
internal interface IRedisseStore
{
    /// <summary>What it is, for logs, without secrets.</summary>
    string Description { get; }

    /// <summary>Reads what is retained of a channel, and the counter.</summary>
    Task<RedisseSet> LoadAsync(ChannelName channel);

    /// <summary>The number of the last event published on any channel; null: there is none.</summary>
    Task<long?> ReadCounterAsync();

    /// <summary>Numbers events, publishes them on the Redis channel and records them: all in this order without another's between, or none.</summary>
    Task<RedissePublished> PublishAsync(ChannelName channel, IReadOnlyList<RedisseFrameParts> frames, string? idempotencyKey);
}
