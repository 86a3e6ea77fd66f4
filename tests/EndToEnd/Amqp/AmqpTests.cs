using System.Net;
using SseFabric.TestKit.Amqp;
using SseFabric.TestKit.Delivery;
using SseFabric.TestKit.Http;
using SseFabric.TestKit.Processes;
using SseFabric.TestKit.Waiting;

namespace SseFabric.EndToEnd.Amqp;

/// <summary>From an exchange of a real broker to subscribers of the real program.</summary>
[Collection(nameof(Rabbit))]
[Trait("Suite", "EndToEnd")]
[Trait("Needs", "rabbitmq-server")]
public sealed class AmqpTests(Rabbit rabbit) : IAsyncLifetime
{
    private static readonly string[] s_channels = ["a", "b", "c"];

    private RabbitServer Server { get; set; } = null!;

    public async ValueTask InitializeAsync() => Server = await rabbit.ServerAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("direct")]
    [InlineData("fanout")]
    [InlineData("topic")]
    public async Task Publish_Thousands_AreDeliveredOnceAndInOrder(string type)
    {
        var exchange = FrontendFixture.Unique(type);
        await using var fabric = await StartAsync(exchange, type);
        await using var publisher = await Server.ConnectAsync();
        var ledger = new DeliveryLedger();
        await using var swarm = await SubscriberSwarm.ConnectAsync(ledger, 30, i => new SwarmTarget(fabric.Address, i % 5 == 0 ? s_channels : [s_channels[i % 3]]));

        await publisher.PublishAllAsync(exchange, Enumerable.Range(0, 9000).Select(i => (s_channels[i % 3], ledger.NextPayload(s_channels[i % 3]))));
        await ledger.WaitForTailAsync(TimeSpan.FromSeconds(60));

        swarm.ThrowIfBroken();
        ledger.Verify().ThrowIfFaulty();
        Assert.Contains($"RabbitMQ 127.0.0.1:{Server.Port}, exchange {exchange}", fabric.ReadyLine, StringComparison.Ordinal);
        Assert.DoesNotContain(fabric.Process.Output, line => line.Contains("s3cret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task LastSubscriber_Gone_TheBindingFollowsAfterTheLinger()
    {
        var exchange = FrontendFixture.Unique();
        await using var fabric = await StartAsync(exchange, "direct", "--Fabric:Channels:0:Linger=00:00:01");
        await using var publisher = await Server.ConnectAsync();
        await using (var one = await SseClient.JoinAsync(fabric.Events("a")))
        {
            await using var two = await SseClient.JoinAsync(fabric.Events("a"));
            Assert.Equal(["a"], await Server.BindingsAsync(exchange));
            Assert.True(await publisher.PublishAsync(exchange, "a", "hello"));
            Assert.Equal("hello", (await one.NextAsync()).Text);
            Assert.Equal("hello", (await two.NextAsync()).Text);
        }

        await Eventually.SeeAsync("no binding", () => publisher.PublishAsync(exchange, "a", "late"), isBound => !isBound);
        Assert.Empty(await Server.BindingsAsync(exchange));
    }

    [Fact]
    public async Task Broker_KilledAndBack_SubscribersStayAndAreTold()
    {
        var exchange = FrontendFixture.Unique();
        await using var fabric = await StartAsync(exchange, "direct", "--Fabric:Stream:Heartbeat=00:00:01");
        var ledger = new DeliveryLedger();
        await using var swarm = await SubscriberSwarm.ConnectAsync(ledger, 20, i => new SwarmTarget(fabric.Address, i % 2 == 0 ? ["a", "b"] : ["a"]));
        await using var client = await SseClient.JoinAsync(fabric.Events("alone"));
        await PublishAsync(exchange, ledger, 500);
        await ledger.WaitForTailAsync(Deadline.Default);

        await Server.KillAsync();
        try
        {
            await Eventually.SeeAsync("the loss to be told to newcomers", () => BusyAsync(fabric), busy => busy == "redis");
            await using var other = await SseClient.OpenAsync(fabric.Events("new"), new SseRequest { Accept = "*/*" });
            Assert.Equal(HttpStatusCode.ServiceUnavailable, other.Status);
            Assert.NotNull(other.Header("Retry-After"));
        }
        finally
        {
            await Server.RestartAsync();
        }

        var told = await client.NextAsync(TimeSpan.FromSeconds(30));
        Assert.Equal("missedevents", told.Type);
        Assert.Equal("""{"channel":"alone","reason":"epoch"}""", told.Text);
        await using var publisher = await Server.ConnectAsync();
        await Eventually.SeeAsync("a stream after the return", () => BusyAsync(fabric), busy => busy.Length == 0);
        await Eventually.SeeAsync("both channels bound again", () => Server.BindingsAsync(exchange), keys => keys.Contains("a") && keys.Contains("b"));
        await PublishAsync(exchange, ledger, 500);
        await ledger.WaitForTailAsync(Deadline.Default);

        swarm.ThrowIfBroken();
        var report = ledger.VerifyExcept(new LossWindow("a", 501, 500), new LossWindow("b", 501, 500));
        report.ThrowIfFaulty();
        Assert.Equal(20 + 10, report.Told);
    }

    [Fact]
    [Trait("Parity", "146")]
    public async Task Cyclone_ItsExchange_ReachesItsClients()
    {
        await using var fabric = await StartAsync("sse-cyclone-server", "direct", "--profile", "cyclone");
        await using var stream = await RawHttpConnection.ConnectAsync(fabric.Address);
        await stream.GetAsync("/?channels=base");
        await stream.ReadBodyUntilAsync("the first bytes", body => body.Length >= 2);
        await using (var publisher = await Server.ConnectAsync())
        {
            Assert.True(await publisher.PublishAsync("sse-cyclone-server", "base", "[1, 2, 3]"));
            await stream.ReadBodyUntilAsync("the event", body => body.Contains("data: [1, 2, 3]\n\n", StringComparison.Ordinal));
        }

        await Server.ControlAsync("close_all_connections", "maintenance");
        await stream.ReadBodyUntilAsync("the gap", body => body.Contains("event: missedevents\n", StringComparison.Ordinal));
        await using var again = await Server.ConnectAsync();
        Assert.True(await again.PublishAsync("sse-cyclone-server", "base", "again"));
        await stream.ReadBodyUntilAsync("the next event", body => body.Contains("data: again\n\n", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Publish_OverHttp_ReachesTheSameSubscribers()
    {
        var exchange = FrontendFixture.Unique();
        await using var fabric = await StartAsync(exchange, "direct");
        await using var publisher = await Server.ConnectAsync();
        await using var client = await SseClient.JoinAsync(fabric.Events("a"));
        using var http = new HttpPublisher(fabric.Address);
        await http.PostAsync("/channels/a/events", "http", null);
        await publisher.PublishAsync(exchange, "a", "amqp");

        Assert.Equal(["http", "amqp"], (await client.TakeAsync(2)).Select(received => received.Text));
    }

    [Fact]
    public async Task Password_Wrong_IsLoggedAndNewcomersAreToldToComeBack()
    {
        await using var fabric = await SseFabricProcess.StartAsync(
            $"--Fabric:Servers:rabbit={Server.Url("events", password: "wr0ng")}", "--Fabric:Channels:0:Match=*", "--Fabric:Channels:0:Server=rabbit");

        await fabric.Process.WaitForLineAsync("the refusal", line => line.Contains("ACCESS_REFUSED", StringComparison.Ordinal));
        Assert.Equal("redis", await BusyAsync(fabric));
        Assert.DoesNotContain(fabric.Process.Output, line => line.Contains("wr0ng", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Start_BadServers_AreRefusedWithoutTheirPasswords()
    {
        await using var program = SseFabricProcess.Run(
            "--Fabric:Servers:a=amqp://app:s3cret@h", "--Fabric:Servers:b=amqp://app:s3cret@h?exchange=e&type=headers", "--Fabric:Servers:c=amqp://app:s3?cret@h?exchange=e",
            "--redis", "amqp://app:s3cret@h?exchange=e");

        Assert.Equal(2, await program.WaitForExitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal(["Fabric:Redis", "Fabric:Servers:a", "Fabric:Servers:b", "Fabric:Servers:c"], program.Output.Select(line => line.Split(": ")[0]).Order());
        Assert.DoesNotContain(program.Output, line => line.Contains("cret", StringComparison.Ordinal));
    }

    /// <summary>The program, once it has reached the broker: until then newcomers may be told to come back.</summary>
    private async Task<SseFabricProcess> StartAsync(string exchange, string type, params string[] args)
    {
        var fabric = await SseFabricProcess.StartAsync(
            [$"--Fabric:Servers:rabbit={Server.Url(exchange, type)}", "--Fabric:Channels:0:Match=*", "--Fabric:Channels:0:Server=rabbit", .. args]);
        await fabric.Process.WaitForLineAsync("the connection to the broker", line => line.Contains("Connected to RabbitMQ", StringComparison.Ordinal));
        return fabric;
    }

    private async Task PublishAsync(string exchange, DeliveryLedger ledger, int each)
    {
        await using var publisher = await Server.ConnectAsync();
        await publisher.PublishAllAsync(exchange, Enumerable.Range(0, 2 * each).Select(i => (s_channels[i % 2], ledger.NextPayload(s_channels[i % 2]))));
    }

    private static async Task<string> BusyAsync(SseFabricProcess fabric)
    {
        await using var client = await SseClient.OpenAsync(fabric.Events("probe"));
        return client.Header("X-SSE-Busy") ?? "";
    }
}
