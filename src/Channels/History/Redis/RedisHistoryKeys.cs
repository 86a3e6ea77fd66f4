using SseFabric.Contracts;
using StackExchange.Redis;

namespace SseFabric.Channels.History.Redis;

/// <summary>The names of a channel's keys in Redis. A channel's keys have one hash tag, so that a Redis Cluster keeps them on one node.</summary>
internal static class RedisHistoryKeys
{
    /// <summary>What a publisher that appends by itself publishes on the Redis channel, so that the owner looks into the store.</summary>
    public static ReadOnlySpan<byte> Announcement => "\0ssefabric:appended\0"u8;

    /// <summary>The stream of the retained events; an entry's id is its cursor.</summary>
    public static RedisKey Stream(ChannelName channel) => $"ssefabric:history:{Tag(channel)}";

    /// <summary>The hash that says where the channel stands.</summary>
    public static RedisKey State(ChannelName channel) => $"ssefabric:history:{Tag(channel)}:state";

    /// <summary>Where an idempotency key is remembered.</summary>
    public static RedisKey Published(ChannelName channel, string idempotencyKey) => $"ssefabric:published:{Tag(channel)}:{idempotencyKey}";

    // A brace in a name would end the tag early.
    private static string Tag(ChannelName channel) =>
        $"{{{channel.Value.Replace("%", "%25", StringComparison.Ordinal).Replace("{", "%7B", StringComparison.Ordinal).Replace("}", "%7D", StringComparison.Ordinal)}}}";
}
