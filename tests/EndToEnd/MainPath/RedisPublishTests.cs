using SseFabric.TestKit.Delivery;
using SseFabric.TestKit.Http;
using SseFabric.TestKit.Processes;
using SseFabric.TestKit.Redis;
using SseFabric.TestKit.Waiting;

namespace SseFabric.EndToEnd.MainPath;

/// <summary>A real redis-server as the place that messages come from.</summary>
[Trait("Suite", "EndToEnd")]
[Trait("Needs", "redis-server")]
public sealed class RedisPublishTests : IAsyncLifetime
{
    private RedisServer _redis = null!;
    private RedisClient _client = null!;
    private SseFabricProcess _fabric = null!;

    public async ValueTask InitializeAsync()
    {
        _redis = await RedisServer.StartAsync();
        _client = await _redis.ConnectAsync();
        _fabric = await SseFabricProcess.StartAsync("--redis", _redis.Configuration, "--Fabric:Channels:0:Match=left", "--Fabric:Channels:0:Linger=00:00:01");
    }

    public async ValueTask DisposeAsync()
    {
        if (_fabric is not null)
        {
            await _fabric.DisposeAsync();
        }

        if (_redis is not null)
        {
            await _client.DisposeAsync();
            await _redis.DisposeAsync();
        }
    }

    [Fact]
    public async Task Publish_ToRedis_ReachesTheSubscriber()
    {
        Assert.Contains(_redis.Configuration, _fabric.ReadyLine, StringComparison.Ordinal);
        await using var subscriber = await SseClient.JoinAsync(_fabric.Events("clock"));

        Assert.Equal(1, await _client.PublishAsync("clock", "hello"));

        Assert.Equal("hello", (await subscriber.NextAsync()).Text);
    }

    [Fact]
    public async Task Publish_AtTheDoorBesideRedis_ReachesTheSameSubscriber()
    {
        await using var subscriber = await SseClient.JoinAsync(_fabric.Events("clock"));
        await using var door = await RedisClient.ConnectAsync(_fabric.Door);

        await door.PublishAsync("clock", "at the door");
        Assert.Equal("at the door", (await subscriber.NextAsync()).Text);
        await _client.PublishAsync("clock", "in redis");
        Assert.Equal("in redis", (await subscriber.NextAsync()).Text);
    }

    [Fact]
    public async Task Subscribers_Many_AreOneSubscriptionOnOneConnection()
    {
        var ledger = new DeliveryLedger();
        string[] channels = ["a", "b", "c"];
        await using var swarm = await SubscriberSwarm.ConnectAsync(
            ledger, 50, i => new SwarmTarget(_fabric.Address, i % 10 == 0 ? channels : [channels[i % 3]]));

        foreach (var channel in channels)
        {
            Assert.Equal(1, await _client.NumSubAsync(channel));
        }

        var connection = Assert.Single(await _client.PubSubClientsAsync());
        Assert.Contains(" sub=3 psub=0 ", connection, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Subscribers_AllGone_ChannelIsLeftAfterItsLinger()
    {
        var first = await SseClient.JoinAsync(_fabric.Events("left"));
        var second = await SseClient.JoinAsync(_fabric.Events("left"));
        await first.DisposeAsync();
        Assert.Equal(1, await _client.NumSubAsync("left"));
        await second.DisposeAsync();

        await Eventually.SeeAsync("nobody subscribed to the channel that was left", () => _client.NumSubAsync("left"), count => count == 0);
    }

    [Fact]
    public async Task Subscribers_BackWithinTheLinger_FindTheHistory()
    {
        string seen;
        await using (var first = await SseClient.JoinAsync(_fabric.Events("kept")))
        {
            await _client.PublishAsync("kept", "one");
            seen = (await first.NextAsync()).Id;
        }

        await _client.PublishAsync("kept", "two");
        await using var second = await SseClient.JoinAsync(_fabric.Events("kept"), new SseRequest { LastEventId = seen });

        Assert.Equal("two", (await second.NextAsync()).Text);
    }

    [Fact]
    public async Task Channel_AlwaysOn_IsSubscribedWithNobodyListening()
    {
        await using var fabric = await SseFabricProcess.StartAsync(
            "--redis", _redis.Configuration, "--Fabric:Channels:0:Match=always", "--Fabric:Channels:0:AlwaysOn=true");

        await Eventually.SeeAsync("one subscription of an AlwaysOn channel", () => _client.NumSubAsync("always"), count => count == 1);
    }
}
