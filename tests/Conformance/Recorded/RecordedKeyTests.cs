using SseFabric.Contracts;
using SseFabric.TestKit.Redis;
using SseFabric.TestKit.Waiting;

namespace SseFabric.Conformance.Recorded;

/// <summary>Idempotency keys where the store isn't as it should be.</summary>
[Trait("Suite", "Conformance")]
[Trait("Needs", "redis-server")]
public sealed class RecordedKeyTests
{
    [Fact]
    public async Task ForeignValueOfAKey_DoesNotEndTheChannel()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var client = await redis.ConnectAsync();
        await client.ExecuteAsync("SET", "ssefabric:published:{a}:key", "somebody else's");
        await using var owner = await RecordedOwner.StartAsync(redis);
        var follower = await owner.FollowAsync("a");

        await owner.PublishAsync("a", "1", "key");
        await owner.PublishAsync("a", "2");

        Assert.Equal(["1", "2"], await follower.TextsAsync(2));
    }

    [Fact]
    public async Task PublishedBeforeTheStoreRefuses_RepeatedWhileItDoes_DeliversNothing()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var client = await redis.ConnectAsync();
        await using var owner = await RecordedOwner.StartAsync(redis);
        var follower = await owner.FollowAsync("a");
        var first = await owner.PublishAsync("a", "1", "key");
        await client.ExecuteAsync("CONFIG", "SET", "maxmemory", "1");

        var repeat = await owner.PublishAsync("a", "1", "key");
        var again = await owner.PublishAsync("a", "1", "key");
        await owner.PublishAsync("a", "2");

        Assert.Equal((true, first.Last, true, first.Last), (repeat.IsRepeat, repeat.Last, again.IsRepeat, again.Last));
        Assert.Equal(["1", "2"], await follower.TextsAsync(2));
    }

    [Fact]
    public async Task PublishedWhileTheStoreRefuses_RepeatedAfterwards_DeliversNothing()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var client = await redis.ConnectAsync();
        await using var owner = await RecordedOwner.StartAsync(redis);
        var follower = await owner.FollowAsync("a");
        await owner.PublishAsync("a", "0");
        await client.ExecuteAsync("CONFIG", "SET", "maxmemory", "1");
        var first = await owner.PublishAsync("a", "1", "key");
        await client.ExecuteAsync("CONFIG", "SET", "maxmemory", "0");
        var texts = new List<string>();
        await Eventually.SeeAsync<PublishResult>(
            "the store's recovery",
            () =>
            {
                texts.Add($"probe {texts.Count}");
                return owner.PublishAsync("a", texts[^1]);
            },
            _ => owner.Counted["ssefabric.history.degraded"] == 0);

        var repeat = await owner.PublishAsync("a", "1", "key");
        await owner.PublishAsync("a", "2");

        Assert.Equal((true, first.Last), (repeat.IsRepeat, repeat.Last));
        Assert.Equal(["0", "1", .. texts, "2"], await follower.TextsAsync(texts.Count + 3));
    }
}
