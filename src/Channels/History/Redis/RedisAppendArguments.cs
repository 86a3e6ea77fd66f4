using System.Globalization;
using SseFabric.Contracts;
using StackExchange.Redis;

namespace SseFabric.Channels.History.Redis;

/// <summary>Keys and arguments of the append script.</summary>
internal static class RedisAppendArguments
{
    private const string RejectedFlag = "r";

    /// <summary>An owner's append.</summary>
    /// <param name="names">The names of keys.</param>
    /// <param name="channel">The channel.</param>
    /// <param name="count">The most retained events.</param>
    /// <param name="maxBytes">The most retained bytes.</param>
    /// <param name="maxAge">The greatest retained age.</param>
    /// <param name="append">What is appended.</param>
    public static (RedisKey[] Keys, RedisValue[] Values) OfOwner(
        RedisHistoryKeys names, ChannelName channel, int count, long maxBytes, TimeSpan maxAge, HistoryAppend append) =>
        Build(
            names,
            channel,
            append.Owner,
            [append.At, count, maxBytes, (long)maxAge.TotalMilliseconds, append.Position.Epoch, append.Position.Offset, 1, append.Number, "", ""],
            append.Publishes);

    /// <summary>An append by a publisher that isn't the owner, announced to the owner. The history's bounds are the owner's.</summary>
    /// <param name="names">The names of keys.</param>
    /// <param name="channel">The channel.</param>
    /// <param name="at">When, in Unix milliseconds.</param>
    /// <param name="publish">What is appended.</param>
    public static (RedisKey[] Keys, RedisValue[] Values) OfPublisher(RedisHistoryKeys names, ChannelName channel, long at, AppendPublish publish) =>
        Build(names, channel, null, [at, "", "", "", 0, 0, 0, "", names.RedisChannel(channel), RedisHistoryKeys.Announcement.ToArray()], [publish]);

    /// <summary>The bounds of a history as the scripts keep them, for those who append without being the owner.</summary>
    public static string Bounds(int count, long maxBytes, TimeSpan maxAge) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {maxBytes} {(long)maxAge.TotalMilliseconds}");

    /// <summary>Reads the script's answer.</summary>
    public static IReadOnlyList<AppendedPublish> Read(string reply) => Array.ConvertAll(reply.Split('\n'), ReadLine);

    /// <summary>Reads the answer to a publisher that isn't the owner.</summary>
    /// <returns>What became of the events, and how many subscriptions Redis has announced them to.</returns>
    public static (AppendedPublish Publish, int Receivers) ReadAnnounced(string reply)
    {
        var lines = reply.Split('\n');
        return (ReadLine(lines[0]), (int)Number(lines[1]));
    }

    /// <summary>Reads what is remembered of an idempotency key.</summary>
    public static Cursor? ReadKey(string? value) => Cursor.TryParse(value?.Replace(':', '-'), out var last) ? last : null;

    /// <summary>The flags field of an entry.</summary>
    public static bool IsRejected(string flags) => flags == RejectedFlag;

    private static AppendedPublish ReadLine(string line)
    {
        var parts = line.Split(':');
        return new AppendedPublish(new Cursor(Number(parts[0]), Number(parts[1])), parts[2] == "1");
    }

    private static (RedisKey[] Keys, RedisValue[] Values) Build(
        RedisHistoryKeys names, ChannelName channel, string? owner, RedisValue[] head, IReadOnlyList<AppendPublish> publishes)
    {
        List<RedisKey> keys = [names.Stream(channel), names.State(channel)];
        if (owner is not null)
        {
            keys.Add(names.Appended(channel, owner));
        }

        // A key once, however many publishes have it: what the first one leaves there, the others find.
        var places = new Dictionary<string, int>();
        List<RedisValue> values = [.. head, (long)PublishResult.IdempotencyWindow.TotalMilliseconds, publishes.Count];
        foreach (var publish in publishes)
        {
            var place = 0;
            if (publish.IdempotencyKey is { } key && !places.TryGetValue(key, out place))
            {
                keys.Add(names.Published(channel, key));
                places[key] = place = keys.Count - 2;
            }

            values.Add(place);
            values.Add(publish.Events.Count);
            foreach (var offered in publish.Events)
            {
                values.Add(offered.Type == NewEvent.DefaultType ? "" : offered.Type);
                values.Add(offered.Retry is { } retry ? (long)retry.TotalMilliseconds : "");
                values.Add(offered.Rejected ? RejectedFlag : "");
                values.Add(offered.Data.ToArray());
            }
        }

        return ([.. keys], [.. values]);
    }

    private static long Number(string text) => long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
