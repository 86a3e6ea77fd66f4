using System.Globalization;
using System.Text;

namespace SseFabric.TestKit.Redis;

/// <summary>Publishes with the commands that redisse's own publisher sends, one after the other: counter, message, history, trim. One caller at a time.</summary>
public sealed class RedissePublisher(RedisClient client)
{
    public const string Counter = "redisse:lastEventId";
    private const string ToTheHundredth = "-101";

    /// <returns>The frame, whose id is the counter's number.</returns>
    public async Task<string> PublishAsync(string channel, string data, string type = "message")
    {
        var number = (await client.ExecuteAsync("INCR", Counter)).Number;
        var frame = Frame(number, data, type);
        foreach (var command in Record(channel, number, frame))
        {
            await client.ExecuteAsync(command);
        }

        return frame;
    }

    /// <summary>Ends every connection that is subscribed and publishes, all in one write: before anybody can be subscribed again.</summary>
    public async Task<IReadOnlyList<string>> PublishUnheardAsync(string channel, params string[] data)
    {
        var counted = (await client.ExecuteAsync("INCRBY", Counter, $"{data.Length}")).Number - data.Length;
        var frames = data.Select((text, index) => Frame(counted + index + 1, text, "message")).ToArray();
        List<string[]> commands = [["CLIENT", "KILL", "TYPE", "pubsub"]];
        for (var i = 0; i < frames.Length; i++)
        {
            commands.AddRange(Record(channel, counted + i + 1, frames[i]));
        }

        var bytes = new StringBuilder();
        foreach (var command in commands)
        {
            bytes.Append(CultureInfo.InvariantCulture, $"*{command.Length}\r\n");
            foreach (var part in command)
            {
                bytes.Append(CultureInfo.InvariantCulture, $"${Encoding.UTF8.GetByteCount(part)}\r\n{part}\r\n");
            }
        }

        await client.SendRawAsync(Encoding.UTF8.GetBytes(bytes.ToString()));
        for (var left = commands.Count; left > 0; left--)
        {
            await client.ReadAsync();
        }

        return frames;
    }

    private static string Frame(long number, string data, string type) =>
        $"id: {number}\nevent: {type}\n{string.Concat(data.Split('\n').Select(line => $"data: {line}\n"))}\n";

    private static string[][] Record(string channel, long number, string frame) =>
    [
        ["PUBLISH", channel, frame],
        ["ZADD", channel, $"{number}", frame],
        ["ZREMRANGEBYRANK", channel, "0", ToTheHundredth],
    ];
}
