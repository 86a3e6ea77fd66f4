using SseFabric.Contracts;
using SseFabric.Channels.History;
using SseFabric.Channels.History.Redis;
using SseFabric.Channels.Configuration;
using SseFabric.TestKit.Conformance;
using SseFabric.TestKit.Redis;

namespace SseFabric.Conformance.Recorded;

/// <summary>Two processes that own one channel at once, each unknown to the other.</summary>
[Trait("Suite", "Conformance")]
[Trait("Needs", "redis-server")]
public sealed class SplitBrainTests
{
    [Fact]
    public async Task BothRecord_EachSideSeesAllOnceInOneOrderWithTheSameIds()
    {
        const int each = 300;
        await using var redis = await RedisServer.StartAsync();
        await using var left = await RecordedOwner.StartAsync(redis);
        await using var right = await RecordedOwner.StartAsync(redis);
        FeedFollower[] followers = [await left.FollowAsync("a"), await right.FollowAsync("a")];

        await Task.WhenAll(PublishAsync(left, "left"), PublishAsync(right, "right"));

        // An owner looks into the store with what it appends itself: the other's last events come with the next of its own.
        await left.PublishAsync("a", "left's end");
        await right.PublishAsync("a", "right's end");
        var all = await Task.WhenAll(followers[0].WaitForAsync(2 * each + 1), followers[1].WaitForAsync(2 * each + 2));
        Assert.Equal(all[0].Select(Show), all[1].Take(2 * each + 1).Select(Show));
        var texts = all[0].Select(EventText.Text).ToList();
        foreach (var side in (string[])["left", "right"])
        {
            Assert.Equal(Enumerable.Range(0, each).Select(i => $"{side} {i}"), texts.Where(text => text.StartsWith($"{side} ", StringComparison.Ordinal)));
        }

        await using var third = await RecordedOwner.StartAsync(redis);
        Assert.Equal(all[1].Select(Show), (await third.ReadAsync("a")).Events.Select(Show));

        static async Task PublishAsync(RecordedOwner owner, string side)
        {
            for (var i = 0; i < each; i++)
            {
                await owner.PublishAsync("a", $"{side} {i}");
            }
        }
    }

    /// <summary>The answer to an append was lost, and another owner has appended before it is sent again.</summary>
    [Fact]
    public async Task AppendSentAgain_AfterTheOthersAppend_AppendsNothingTwice()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var commands = new RedisCommands(redis.Configuration, TimeProvider.System);
        var store = new RedisHistoryStore(commands, new ChannelRules([new ChannelRule { Match = "*" }]));
        var channel = ChannelName.Parse("a");

        var left = Append("left", 1, "left 1");
        var first = await store.AppendAsync(channel, left);
        var right = Append("right", 1, "right 1");
        var others = await store.AppendAsync(channel, right);

        Assert.Equal(first, await store.AppendAsync(channel, left));
        Assert.Equal(others, await store.AppendAsync(channel, right));
        await store.AppendAsync(channel, Append("left", 2, "left 2"));
        Assert.Equal(others, await store.AppendAsync(channel, right));
        Assert.Equal(["left 1", "right 1", "left 2"], (await store.ReadAsync(channel, null)).Page!.Events.Select(EventText.Text));
    }

    [Fact]
    public async Task SameKeyTwice_InOneAppend_IsARepeat()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var commands = new RedisCommands(redis.Configuration, TimeProvider.System);
        var store = new RedisHistoryStore(commands, new ChannelRules([new ChannelRule { Match = "*" }]));
        var append = Append("owner", 1, "once");

        var answers = await store.AppendAsync(
            ChannelName.Parse("a"), append with { Publishes = [append.Publishes[0] with { IdempotencyKey = "key" }, append.Publishes[0] with { IdempotencyKey = "key" }] });

        Assert.Equal([new AppendedPublish(new Cursor(1, 0), false), new AppendedPublish(new Cursor(1, 1), true)], answers);
    }

    private static HistoryAppend Append(string owner, long number, string text) =>
        new(new Cursor(1, 0), owner, number, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(), [new AppendPublish(EventText.Events(text), null)]);

    private static string Show(PublishedEvent published) => $"{published.Cursor} {published.Text()}";
}
