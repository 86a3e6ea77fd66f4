using System.Text;
using SseFabric.Contracts;
using StackExchange.Redis;

namespace SseFabric.Channels.History.Redis;

/// <summary>The names of the keys that keep the channels' histories in Redis. A channel's keys have one hash tag, so that a Redis Cluster keeps them on one
/// node.</summary>
/// <param name="channelPrefix">What stands before a channel's name in Redis: fabrics that share a server by different prefixes share no history.</param>
internal sealed class RedisHistoryKeys(byte[] channelPrefix)
{
    private readonly string _prefix = Encoding.UTF8.GetString(channelPrefix);

    /// <summary>What a publisher that appends by itself publishes on the Redis channel, so that the owner looks into the store.</summary>
    public static ReadOnlySpan<byte> Announcement => "\0ssefabric:appended\0"u8;

    /// <summary>The channel's name in Redis.</summary>
    public string RedisChannel(ChannelName channel) => _prefix + channel.Value;

    /// <summary>The stream of the retained events; an entry's id is its cursor.</summary>
    public RedisKey Stream(ChannelName channel) => $"ssefabric:history:{Tag(channel)}";

    /// <summary>The hash that says where the channel stands.</summary>
    public RedisKey State(ChannelName channel) => $"ssefabric:history:{Tag(channel)}:state";

    /// <summary>Where an owner's last append is remembered.</summary>
    public RedisKey Appended(ChannelName channel, string owner) => $"ssefabric:history:{Tag(channel)}:appended:{owner}";

    /// <summary>Where an idempotency key is remembered.</summary>
    public RedisKey Published(ChannelName channel, string idempotencyKey) => $"ssefabric:published:{Tag(channel)}:{idempotencyKey}";

    // A brace in a name would end the tag early.
    private string Tag(ChannelName channel) =>
        $"{{{RedisChannel(channel).Replace("%", "%25", StringComparison.Ordinal).Replace("{", "%7B", StringComparison.Ordinal).Replace("}", "%7D", StringComparison.Ordinal)}}}";
}
