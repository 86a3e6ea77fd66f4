using System.Net;
using SseFabric.TestKit.Delivery;
using SseFabric.TestKit.Faults;
using SseFabric.TestKit.Http;
using SseFabric.TestKit.Processes;
using SseFabric.TestKit.Redis;
using SseFabric.TestKit.Waiting;

namespace SseFabric.EndToEnd.Failures;

/// <summary>The Redis server goes away and comes back.</summary>
[Trait("Suite", "EndToEnd")]
[Trait("Needs", "redis-server")]
[Collection(nameof(Alone))]
public sealed class RedisAwayTests
{
    private const int Subscribers = 20;

    /// <summary>Half of them take one channel, half of them both.</summary>
    private const int Feeds = Subscribers / 2 * 3;

    private static readonly string[] s_channels = ["a", "b"];

    [Fact]
    public async Task Killed_AndBack_SubscribersStayAndAreToldOnce()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var fabric = await SseFabricProcess.StartAsync("--redis", redis.Configuration, "--Fabric:Stream:Heartbeat=00:00:01");
        var ledger = new DeliveryLedger();
        await using var swarm = await SubscriberSwarm.ConnectAsync(ledger, 50, i => new SwarmTarget(fabric.Address, i % 2 == 0 ? s_channels : ["a"]));
        await PublishAsync(redis, ledger, 100);
        await ledger.WaitForTailAsync(Deadline.Default);

        await redis.KillAsync();
        await Eventually.SeeAsync("the loss of Redis to be told to newcomers", () => BusyAsync(fabric), busy => busy == "redis");
        var beats = swarm.Subscribers.Select(subscriber => subscriber.Comments).ToList();
        await Eventually.SeeAsync(
            "two more heartbeats for everybody while Redis is away",
            () => swarm.Subscribers.Select((subscriber, at) => subscriber.Comments - beats[at]).Min(),
            least => least >= 2);

        await redis.RestartAsync();
        var back = TimeProvider.System.GetTimestamp();
        await using var client = await redis.ConnectAsync();
        foreach (var channel in s_channels)
        {
            await Eventually.SeeAsync($"channel {channel} subscribed again", () => client.NumSubAsync(channel), count => count == 1);
        }

        var took = TimeProvider.System.GetElapsedTime(back);
        Assert.True(took < TimeSpan.FromSeconds(1), $"Subscribed again after {took.TotalSeconds:0.00} s.");
        await PublishAsync(redis, ledger, 100);
        await ledger.WaitForTailAsync(Deadline.Default);

        swarm.ThrowIfBroken();
        var report = ledger.VerifyExcept(new LossWindow("a", 101, 100), new LossWindow("b", 101, 100));
        report.ThrowIfFaulty();
        Assert.Equal(50 + 25, report.Told);
        Assert.Equal("", await BusyAsync(fabric));
    }

    [Fact]
    public async Task Killed_AndBack_TheReasonToldIsEpoch()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var fabric = await SseFabricProcess.StartAsync("--redis", redis.Configuration);
        await using var client = await SseClient.JoinAsync(fabric.Events("a"));
        await PublishAsync(redis, "a", "before");
        var before = await client.NextAsync();
        await redis.KillAsync();
        await redis.RestartAsync();

        var told = await client.NextAsync();
        Assert.Equal("missedevents", told.Type);
        Assert.Equal("""{"channel":"a","reason":"epoch"}""", told.Text);
        await PublishAsync(redis, "a", "after");
        Assert.Equal("after", (await client.NextAsync()).Text);

        // The cursor of the old epoch is still in the history, so nothing that was seen comes again; what may lie between is told.
        await using var resumed = await SseClient.JoinAsync(fabric.Events("a"), new SseRequest { LastEventId = before.Id });
        Assert.Equal("""{"channel":"a","reason":"epoch"}""", (await resumed.NextAsync()).Text);
        Assert.Equal("after", (await resumed.NextAsync()).Text);
    }

    [Fact]
    public async Task Away_NewSubscriber_IsToldToComeBack()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var fabric = await SseFabricProcess.StartAsync("--redis", redis.Configuration);
        await redis.KillAsync();
        await Eventually.SeeAsync("the loss of Redis to be told to newcomers", () => BusyAsync(fabric), busy => busy == "redis");

        await using (var browser = await SseClient.OpenAsync(fabric.Events("new")))
        {
            await browser.Ended.Within("the end of the response");
            Assert.Equal(HttpStatusCode.OK, browser.Status);
            Assert.Equal("redis", browser.Header("X-SSE-Busy"));
            Assert.Contains("retry: ", browser.Raw, StringComparison.Ordinal);
            Assert.NotEmpty(browser.Comments);
        }

        await using (var other = await SseClient.OpenAsync(fabric.Events("new"), new SseRequest { Accept = "*/*" }))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, other.Status);
            Assert.Equal("redis", other.Header("X-SSE-Busy"));
            Assert.NotNull(other.Header("Retry-After"));
        }

        await redis.RestartAsync();
        await Eventually.SeeAsync("a stream after the return", () => BusyAsync(fabric), busy => busy.Length == 0, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task NotThereAtStart_ThenThere_Serves()
    {
        await using var redis = await RedisServer.StartAsync();
        await redis.KillAsync();
        await using var fabric = await SseFabricProcess.StartAsync("--redis", redis.Configuration);
        Assert.Equal("redis", await BusyAsync(fabric));

        await redis.RestartAsync();
        await Eventually.SeeAsync("a stream after the return", () => BusyAsync(fabric), busy => busy.Length == 0, TimeSpan.FromSeconds(5));
        await using var client = await SseClient.JoinAsync(fabric.Events("a"));
        await PublishAsync(redis, "a", "hello");
        Assert.Equal("hello", (await client.NextAsync()).Text);
    }

    [Fact]
    public async Task Connection_CutWhilePublishing_EveryLossIsTold()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var proxy = new TcpProxy(redis.EndPoint);
        await using var fabric = await SseFabricProcess.StartAsync("--redis", $"127.0.0.1:{proxy.EndPoint.Port}", "--Fabric:Stream:MaxQueuedBytes=67108864");
        var ledger = new DeliveryLedger();
        await using var swarm = await SubscriberSwarm.ConnectAsync(ledger, Subscribers, i => new SwarmTarget(fabric.Address, i % 2 == 0 ? s_channels : ["b"]));
        await using var client = await redis.ConnectAsync();

        for (var cut = 0; cut < 5; cut++)
        {
            var told = swarm.Subscribers.Sum(subscriber => subscriber.Record.Told);
            var arrived = swarm.Subscribers.Min(subscriber => subscriber.Record.Arrived);
            using var stop = new CancellationTokenSource();
            var publishing = PublishUntilAsync(client, ledger, stop.Token);
            await EachGetsMoreAsync(arrived + 200);
            proxy.Cut();
            await Eventually.SeeAsync(
                "every subscriber told of the gap", () => swarm.Subscribers.Sum(subscriber => subscriber.Record.Told) - told, count => count == Feeds);
            await EachGetsMoreAsync(swarm.Subscribers.Min(subscriber => subscriber.Record.Arrived) + 200);
            await stop.CancelAsync();
            await publishing;
            await ledger.WaitForTailAsync(Deadline.Default);
        }

        swarm.ThrowIfBroken();
        var report = ledger.VerifyExcept(s_channels.Select(channel => new LossWindow(channel, 1, ledger.PublishedOn(channel))).ToList());
        report.ThrowIfFaulty();
        Assert.Equal(5 * Feeds, report.Told);
        TestContext.Current.TestOutputHelper?.WriteLine($"{report}");

        Task<long> EachGetsMoreAsync(long than) => Eventually.SeeAsync(
            $"more than {than} events at each subscriber", () => swarm.Subscribers.Min(subscriber => subscriber.Record.Arrived), least => least > than);
    }

    [Fact]
    public async Task Connection_KilledByTheServer_IsMadeAgainAsOne()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var fabric = await SseFabricProcess.StartAsync("--redis", redis.Configuration);
        await using var client = await redis.ConnectAsync();
        string[] channels = [.. Enumerable.Range(0, 300).Select(i => $"k{i}")];
        foreach (var some in channels.Chunk(100))
        {
            // Kept open until the end of the test by the fabric's default linger.
            await using var subscriber = await SseClient.JoinAsync(fabric.Events(some));
        }

        Assert.Equal(300, (await client.ChannelsAsync()).Count(name => name.StartsWith('k')));
        Assert.Equal(1, await client.KillPubSubClientsAsync());
        var begin = TimeProvider.System.GetTimestamp();

        await Eventually.SeeAsync(
            "all channels subscribed again", async () => (await client.ChannelsAsync()).Count(name => name.StartsWith('k')), count => count == 300);

        var took = TimeProvider.System.GetElapsedTime(begin);
        Assert.True(took < TimeSpan.FromSeconds(1), $"Subscribed again after {took.TotalSeconds:0.00} s.");
        Assert.Single(await client.PubSubClientsAsync());
    }

    private static async Task<string> BusyAsync(SseFabricProcess fabric)
    {
        await using var client = await SseClient.OpenAsync(fabric.Events("probe"));
        return client.Header("X-SSE-Busy") ?? "";
    }

    /// <summary>One after the other, so that events go by all through the outage rather than all at once.</summary>
    private static async Task PublishUntilAsync(RedisClient client, DeliveryLedger ledger, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            foreach (var (channel, payload) in Messages(ledger, 2))
            {
                await client.PublishAsync(channel, payload);
            }
        }
    }

    private static async Task PublishAsync(RedisServer redis, DeliveryLedger ledger, int each)
    {
        await using var client = await redis.ConnectAsync();
        await client.PublishAllAsync(Messages(ledger, each * s_channels.Length));
    }

    private static async Task PublishAsync(RedisServer redis, string channel, string payload)
    {
        await using var client = await redis.ConnectAsync();
        await Eventually.SeeAsync($"somebody subscribed to {channel}", () => client.NumSubAsync(channel), count => count == 1);
        await client.PublishAsync(channel, payload);
    }

    private static IEnumerable<(string Channel, byte[] Payload)> Messages(DeliveryLedger ledger, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var channel = s_channels[i % s_channels.Length];
            yield return (channel, ledger.NextPayload(channel));
        }
    }
}
