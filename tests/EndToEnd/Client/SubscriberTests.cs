using System.Net;
using SseFabric.Client.Subscribing;
using SseFabric.Contracts;
using SseFabric.TestKit.Delivery;
using SseFabric.TestKit.Faults;
using SseFabric.TestKit.Processes;
using SseFabric.TestKit.Redis;
using SseFabric.TestKit.Waiting;

namespace SseFabric.EndToEnd.Client;

/// <summary><see cref="SseFabricSubscriber"/> against the real program, over a line that is cut.</summary>
[Trait("Suite", "EndToEnd")]
public sealed class SubscriberTests
{
    private static readonly string[] s_channels = ["long-a", "long-b", "long-c"];

    [Fact]
    public async Task Subscribe_CutAgainAndAgainWhilePublishing_GetsEachEventOnceInOrder()
    {
        const int cuts = 15;
        await using var fabric = await StartAsync();
        await using var publisher = await RedisClient.ConnectAsync(fabric.Door);
        await using var proxy = Proxy(fabric);
        await using var subscription = new LedgerSubscription(proxy, s_channels);
        await subscription.JoinAsync(publisher);

        for (var cut = 0; cut < cuts; cut++)
        {
            await PublishAsync(publisher, subscription.Ledger, 100);
            proxy.Cut();
            await PublishAsync(publisher, subscription.Ledger, 100);

            // Events under way may still come of the connection that was cut; the newest needs another one, which the next cut is to find.
            await subscription.Ledger.WaitForTailAsync(Deadline.Default);
        }

        var report = subscription.Ledger.Verify();
        report.ThrowIfFaulty();
        Assert.Equal(0, report.Told);
        Assert.Equal(cuts * 200, subscription.Arrived);
        Assert.True(subscription.Requests > cuts, $"{subscription.Requests} requests for {cuts} cuts.");
    }

    [Fact]
    public async Task Subscribe_AwayForTooLong_GetsTheGapAndThenWhatIsRetained()
    {
        await using var fabric = await StartAsync();
        await using var publisher = await RedisClient.ConnectAsync(fabric.Door);
        await using var proxy = Proxy(fabric);
        using var subscriber = Subscriber(proxy);
        await using var items = subscriber.SubscribeAsync([ChannelName.Parse("short")], await HereAsync(fabric, "short"), TestContext.Current.CancellationToken)
            .GetAsyncEnumerator(TestContext.Current.CancellationToken);
        await publisher.PublishAsync("short", "1");
        Assert.Equal("1", Assert.IsType<StreamEvent>(await NextAsync(items)).Data);

        proxy.CutAndRefuse();
        foreach (var payload in (string[])["2", "3", "4", "5", "6"])
        {
            await publisher.PublishAsync("short", payload);
        }

        proxy.Accept();

        var gap = Assert.IsType<StreamGap>(await NextAsync(items));
        Assert.Equal(("short", "evicted"), (gap.Channel, gap.Reason));
        foreach (var expected in (string[])["4", "5", "6"])
        {
            Assert.Equal(expected, Assert.IsType<StreamEvent>(await NextAsync(items)).Data);
        }

        // Behind the hole, not told of it again.
        proxy.Cut();
        await publisher.PublishAsync("short", "7");
        Assert.Equal("7", Assert.IsType<StreamEvent>(await NextAsync(items)).Data);
    }

    [Fact]
    public async Task Subscribe_TheServerIsStartedAnew_GetsTheGapAndGoesOn()
    {
        var port = FreePort.Next();
        var fabric = await StartAsync("--port", $"{port}");
        try
        {
            using var subscriber = new SseFabricSubscriber(Options(new IPEndPoint(IPAddress.Loopback, port)));
            await using var items = subscriber.SubscribeAsync([ChannelName.Parse("c")], await HereAsync(fabric, "c"), TestContext.Current.CancellationToken)
            .GetAsyncEnumerator(TestContext.Current.CancellationToken);
            await PublishAsync(fabric, "before");
            Assert.Equal("before", Assert.IsType<StreamEvent>(await NextAsync(items)).Data);

            await fabric.Process.Kill9Async();
            await fabric.DisposeAsync();
            fabric = await StartAsync("--port", $"{port}");
            var gap = Assert.IsType<StreamGap>(await NextAsync(items));
            await PublishAsync(fabric, "after");

            Assert.Equal(("c", "epoch"), (gap.Channel, gap.Reason));
            Assert.Equal("after", Assert.IsType<StreamEvent>(await NextAsync(items)).Data);
        }
        finally
        {
            await fabric.DisposeAsync();
        }
    }

    [Fact]
    public async Task Subscribe_Blackholed_ComesBackAfterTheHeartbeatTimeout()
    {
        await using var fabric = await StartAsync("--Fabric:Stream:Heartbeat=00:00:01");
        await using var proxy = Proxy(fabric);
        var options = Options(proxy.EndPoint);
        options.HeartbeatTimeout = TimeSpan.FromSeconds(3);
        var requests = 0;
        options.ConfigureRequest = _ => Interlocked.Increment(ref requests);
        using var subscriber = new SseFabricSubscriber(options);
        await using var items = subscriber.SubscribeAsync([ChannelName.Parse("c")], await HereAsync(fabric, "c"), TestContext.Current.CancellationToken)
            .GetAsyncEnumerator(TestContext.Current.CancellationToken);
        await PublishAsync(fabric, "1");
        await NextAsync(items);

        proxy.Blackhole();
        var before = Volatile.Read(ref requests);
        await PublishAsync(fabric, "2");
        var next = NextAsync(items);
        await Eventually.SeeAsync("another request", () => Volatile.Read(ref requests), count => count > before);
        proxy.EndBlackhole();

        Assert.Equal("2", Assert.IsType<StreamEvent>(await next).Data);
    }

    private static Task<SseFabricProcess> StartAsync(params string[] args) => SseFabricProcess.StartAsync(
    [
        "--Fabric:Stream:Retry=00:00:00.05", "--Fabric:Channels:0:Match=short*", "--Fabric:Channels:0:History:Count=3",
        "--Fabric:Channels:1:Match=long*", "--Fabric:Channels:1:History:Count=100000", "--Fabric:Channels:1:History:MaxBytes=100000000", .. args,
    ]);

    private static TcpProxy Proxy(SseFabricProcess fabric) => new(new IPEndPoint(IPAddress.Loopback, fabric.Address.Port));

    private static SseFabricSubscriber Subscriber(TcpProxy proxy) => new(Options(proxy.EndPoint));

    internal static SubscriberOptions Options(IPEndPoint server) => new() { Address = new Uri($"http://{server}/events"), MaxRetry = TimeSpan.FromMilliseconds(200) };

    /// <summary>The id with which a subscriber gets all that is published from now on.</summary>
    private static async Task<string> HereAsync(SseFabricProcess fabric, string channel)
    {
        await using var subscriber = await TestKit.Http.SseClient.JoinAsync(fabric.Events(channel));
        return subscriber.Raw.Split('\n').First(line => line.StartsWith("id: ", StringComparison.Ordinal))["id: ".Length..];
    }

    private static async Task<StreamItem> NextAsync(IAsyncEnumerator<StreamItem> items)
    {
        Assert.True(await items.MoveNextAsync().AsTask().Within("the next item"));
        return items.Current;
    }

    private static async Task PublishAsync(SseFabricProcess fabric, string payload)
    {
        await using var publisher = await RedisClient.ConnectAsync(fabric.Door);
        await publisher.PublishAsync("c", payload);
    }

    private static async Task PublishAsync(RedisClient publisher, DeliveryLedger ledger, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var channel = s_channels[i % s_channels.Length];
            await publisher.PublishAsync(channel, ledger.NextPayload(channel));
        }
    }
}
