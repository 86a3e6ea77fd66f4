using SseFabric.Channels.Configuration;
using SseFabric.Channels.History;
using SseFabric.Channels.History.Redis;
using SseFabric.Contracts;
using SseFabric.TestKit.Redis;
using SseFabric.TestKit.Waiting;

namespace SseFabric.Conformance.Recorded;

/// <summary>The script's bounds beside those of <see cref="HistoryRing"/>, on random sequences.</summary>
[Trait("Suite", "Conformance")]
[Trait("Needs", "redis-server")]
public sealed class HistoryBoundsTests
{
    private static readonly string[] s_types = [NewEvent.DefaultType, "t", "tick é", "😀", new('x', 40)];

    [Theory]
    [InlineData(1, 5, 1 << 20, 3600)]
    [InlineData(2, 1000, 2000, 3600)]
    [InlineData(3, 1000, 1 << 20, 30)]
    [InlineData(4, 7, 1500, 20)]
    [InlineData(5, 0, 0, 0)]
    [InlineData(6, 1000, 0, 3600)]
    public async Task RandomAppends_RetainWhatMemoryRetains(int seed, int count, long maxBytes, int maxAgeSeconds)
    {
        var random = new Random(seed);
        await using var redis = await RedisServer.StartAsync();
        await using var commands = new RedisCommands(redis.Configuration, TimeProvider.System);
        var bounds = new HistoryOptions { Count = count, MaxBytes = maxBytes, MaxAge = TimeSpan.FromSeconds(maxAgeSeconds), Store = "redis" };
        var store = new RedisHistoryStore(commands, new ChannelRules([new ChannelRule { Match = "*", History = bounds }]));
        var channel = ChannelName.Parse("a");
        var time = new ManualTime();
        var head = new Cursor(7, 0);
        var ring = new HistoryRing(bounds, time, head);
        await using var client = await redis.ConnectAsync();

        for (var number = 1; number <= 200; number++)
        {
            time.Advance(TimeSpan.FromMilliseconds(random.Next(3) == 0 ? random.Next(20_000) : 0));
            var now = time.GetUtcNow().ToUnixTimeMilliseconds();
            var publishes = Enumerable.Range(0, random.Next(1, 4)).Select(_ => new AppendPublish([.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => Event())], null)).ToList();
            await store.AppendAsync(channel, new HistoryAppend(head, "owner", number, now, publishes));
            foreach (var offered in publishes.SelectMany(publish => publish.Events))
            {
                head = head with { Offset = head.Offset + 1 };
                ring.Append(new PublishedEvent(head, now, offered));
            }

            var kept = ring.ReadAfter(null);
            var stored = (await store.ReadAsync(channel, null)).Page!;
            Assert.Equal(kept.Events.Select(published => published.Cursor), stored.Events.Select(published => published.Cursor));
            Assert.Equal((kept.Head, kept.TrimmedThrough), (stored.Head, stored.TrimmedThrough));
            Assert.Equal($"{kept.Events.Sum(published => (long)published.Size)}", (await client.ExecuteAsync("HGET", "ssefabric:history:{a}:state", "bytes")).Text);
        }

        NewEvent Event() => new(s_types[random.Next(s_types.Length)], new byte[random.Next(400)]) { Rejected = random.Next(20) == 0 };
    }
}
