using SseFabric.TestKit.Redis;
using SseFabric.TestKit.Waiting;

namespace SseFabric.Conformance.Recorded;

/// <summary>The epoch goes on only if it is proven that nothing was missed.</summary>
[Trait("Suite", "Conformance")]
[Trait("Needs", "redis-server")]
public sealed class RecordedContinuityTests
{
    [Fact]
    public async Task Restart_StatisticsResetAndAPublishMissed_BeginsANewEpoch()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var client = await redis.ConnectAsync();
        await AssertNewEpochAsync(redis.Configuration, redis.Configuration, "a", async () =>
        {
            await client.PublishAsync("a", "nobody hears it");
            await client.ExecuteAsync("CONFIG", "RESETSTAT");
        });
    }

    /// <summary>Redis publishes these by itself and counts them nowhere.</summary>
    [Theory]
    [InlineData("__keyevent@0__:set", "")]
    [InlineData("set", ",channelPrefix=__keyevent@0__:")]
    public async Task Restart_KeyspaceNotificationMissed_BeginsANewEpoch(string channel, string options)
    {
        await using var redis = await RedisServer.StartAsync("--notify-keyspace-events", "KEA");
        await using var client = await redis.ConnectAsync();
        await AssertNewEpochAsync(redis.Configuration + options, redis.Configuration + options, channel, () => client.ExecuteAsync("SET", "x", "y"));
    }

    /// <summary>With several servers, commands go to the master and the subscription to whichever answers: what is published on a replica the master doesn't count.</summary>
    [Fact]
    public async Task Restart_SeveralServers_PublishOnAReplicaMissed_BeginsANewEpoch()
    {
        await using var master = await RedisServer.StartAsync();
        await using var replica = await RedisServer.StartAsync("--replicaof", "127.0.0.1", $"{master.EndPoint.Port}");
        await using var client = await replica.ConnectAsync();
        await Eventually.SeeAsync(
            "the replication", async () => (await client.ExecuteAsync("INFO", "replication")).Text, text => text.Contains("master_link_status:up", StringComparison.Ordinal));
        var both = $"{replica.Configuration},{master.Configuration}";
        await AssertNewEpochAsync(both, both, "a", () => client.PublishAsync("a", "nobody hears it"));
    }

    /// <summary>Events that a store refused have positions that it doesn't know, whenever the epoch began.</summary>
    [Fact]
    public async Task Restart_RefusedFromTheFirstEventOn_BeginsANewEpoch()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var client = await redis.ConnectAsync();
        await client.ExecuteAsync("SET", "ssefabric:history:{a}", "somebody else's");
        await using (var first = await RecordedOwner.StartAsync(redis))
        {
            await first.PublishAsync("a", "1");
            await first.AttachAsync("a");
            var last = (await first.PublishAsync("a", "2")).Last;
            await client.ExecuteAsync("DEL", "ssefabric:history:{a}");
            await first.DisposeAsync();

            await using var second = await RecordedOwner.StartAsync(redis);
            var head = await second.AttachAsync("a");
            Assert.True(head.Epoch > last.Epoch, $"{head} is of the epoch of {last}.");
        }
    }

    private static async Task AssertNewEpochAsync(string store, string source, string channel, Func<Task> missed)
    {
        await using var first = await RecordedOwner.StartAsync(store, source);
        await first.AttachAsync(channel);
        var last = (await first.PublishAsync(channel, "1")).Last;
        await first.DisposeAsync();

        await missed();

        await using var second = await RecordedOwner.StartAsync(store, source);
        var head = await second.AttachAsync(channel);
        Assert.True(head.Epoch > last.Epoch, $"{head} is of the epoch of {last}, though a message was missed.");
    }
}
