using System.Globalization;
using System.Text;
using SseFabric.Channels.History.Redis;
using SseFabric.Contracts;
using StackExchange.Redis;

namespace SseFabric.Channels.History.Redisse;

/// <summary>Keys, arguments and the answer of the script that publishes as redisse does.</summary>
internal static class RedisseArguments
{
    /// <summary>How many frames redisse keeps of a channel.</summary>
    public const int HistorySize = 100;

    private const int LongestNumber = 20;

    /// <summary>The number of the last event published on any channel.</summary>
    public static RedisKey Counter => "redisse:lastEventId";

    /// <summary>The bytes of an event's frame at most, as its number isn't known yet.</summary>
    public static int MaxFrameLength(RedisseFrameParts frame) => frame.Head.Length + "id: \n".Length + LongestNumber + frame.Tail.Length;

    /// <summary>Keys and arguments.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="prefix">What stands before the names of channels on the server, and of sorted sets too.</param>
    /// <param name="count">The most retained frames.</param>
    /// <param name="lifetime">How long the set lives; null: for ever.</param>
    /// <param name="frames">The events.</param>
    /// <param name="idempotencyKey">Names the publish; null: none.</param>
    public static (RedisKey[] Keys, RedisValue[] Values) Of(
        ChannelName channel, byte[] prefix, int count, TimeSpan? lifetime, IReadOnlyList<RedisseFrameParts> frames, string? idempotencyKey)
    {
        var redisChannel = RedisChannel(prefix, channel);
        RedisKey[] keys = idempotencyKey is null
            ? [Counter, redisChannel]
            : [Counter, redisChannel, new RedisHistoryKeys(prefix).Published(channel, idempotencyKey)];
        List<RedisValue> values =
        [
            redisChannel, count, lifetime is { } life ? (long)life.TotalMilliseconds : "",
            (long)PublishResult.IdempotencyWindow.TotalMilliseconds, frames.Count,
        ];
        foreach (var frame in frames)
        {
            values.Add(frame.Head);
            values.Add(frame.Tail);
        }

        return (keys, [.. values]);
    }

    /// <summary>The channel's name in Redis.</summary>
    public static byte[] RedisChannel(ReadOnlySpan<byte> prefix, ChannelName channel) => [.. prefix, .. Encoding.UTF8.GetBytes(channel.Value)];

    /// <summary>Reads the script's answer.</summary>
    public static RedissePublished Read(string reply)
    {
        var parts = reply.Split(':');
        return new RedissePublished(
            long.Parse(parts[0], CultureInfo.InvariantCulture), int.Parse(parts[1], CultureInfo.InvariantCulture), parts[2] == "1", parts[3] == "1");
    }
}
