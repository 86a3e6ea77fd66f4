using SseFabric.Cluster.Kit;
using SseFabric.TestKit.Delivery;
using SseFabric.TestKit.Http;

namespace SseFabric.Cluster.Processes;

/// <summary>Publishing over HTTP at any frontend of a cluster.</summary>
[Trait("Suite", "Cluster")]
[Trait("Needs", "redis-server")]
public sealed class ClusterPublishTests
{
    [Fact]
    public async Task Publish_AtOneFrontend_ReachesSubscribersOfTheOther()
    {
        const int each = 200;
        string[] channels = ["a", "b", "c", "d"];
        await using var cluster = await ProcessCluster.StartAsync(2, 2);
        var ledger = new DeliveryLedger();
        await using var swarm = await SubscriberSwarm.ConnectAsync(ledger, 40, i => new SwarmTarget(cluster.Frontends[i % 2].Address, i % 5 == 0 ? channels : [channels[i % 4]]));
        using var first = new HttpPublisher(cluster.Frontends[0].Address);
        using var second = new HttpPublisher(cluster.Frontends[1].Address);

        // Each channel has one publisher, two channels at each frontend.
        await Task.WhenAll(channels.Select(async (channel, at) =>
        {
            for (var i = 0; i < each; i++)
            {
                await (at % 2 == 0 ? first : second).PublishAsync(channel, ledger.NextPayload(channel));
            }
        }));
        await ledger.WaitForTailAsync(TimeSpan.FromSeconds(30));

        swarm.ThrowIfBroken();
        ledger.Verify().ThrowIfFaulty();
    }

    [Fact]
    public async Task IdempotencyKey_RepeatedAtTheOtherFrontend_DeliversNothing()
    {
        await using var cluster = await ProcessCluster.StartAsync(1, 2);
        await using var subscriber = await SseClient.JoinAsync(cluster.Frontends[1].Events("a"));
        using var first = new HttpPublisher(cluster.Frontends[0].Address);
        using var second = new HttpPublisher(cluster.Frontends[1].Address);

        var id = await first.PublishAsync("a", "once", ("Idempotency-Key", "k"));
        var repeat = await second.PostAsync("/channels/a/events", "once", null, ("Idempotency-Key", "k"));
        await second.PublishAsync("a", "end");

        Assert.Equal((id, "true"), (repeat.Json.GetProperty("id").GetString(), repeat.Header("Idempotent-Replayed")));
        Assert.Equal(["once", "end"], (await subscriber.TakeAsync(2)).Select(received => received.Text));
    }

    [Fact]
    public async Task Batch_AtOneFrontend_ResumesAtTheOther()
    {
        await using var cluster = await ProcessCluster.StartAsync(1, 2);
        using var publisher = new HttpPublisher(cluster.Frontends[0].Address);

        var id = await publisher.PublishAsync("a", "first");
        var batch = await publisher.PostAsync("/publish", """[{"channel":["a","b"],"message":["1",2]},{"channel":"a","message":"3"}]""", "application/json");

        Assert.Equal((200, 5), (batch.Status, batch.Json.GetProperty("count").GetInt32()));
        await using var resumed = await SseClient.JoinAsync(cluster.Frontends[1].Events("a"), new SseRequest { LastEventId = id });
        var received = await resumed.TakeAsync(3);
        Assert.Equal(["1", "2", "3"], received.Select(next => next.Text));
        Assert.Equal(batch.IdOf("a"), received[^1].Id);
    }

    /// <summary>Never a success for what wasn't accepted.</summary>
    [Fact]
    public async Task NoSilo_Post_Is503AndNothingIsClaimed()
    {
        await using var cluster = await ProcessCluster.StartAsync(1, 1);
        using var publisher = new HttpPublisher(cluster.Frontends[0].Address);
        await publisher.PublishAsync("a", "before");

        await cluster.Silos[0].Kill9Async();
        var refused = await publisher.PostAsync("/channels/a/events", "x", null);

        Assert.Equal(503, refused.Status);
        Assert.NotNull(refused.Header("Retry-After"));
    }
}
