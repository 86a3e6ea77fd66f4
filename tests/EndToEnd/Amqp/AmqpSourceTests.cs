using System.Globalization;
using SseFabric.Channels.Configuration;
using SseFabric.Channels.Sources;
using SseFabric.Contracts;
using SseFabric.EndToEnd.Sources;
using SseFabric.TestKit.Amqp;
using SseFabric.TestKit.Waiting;

namespace SseFabric.EndToEnd.Amqp;

/// <summary>The source alone, on a real broker.</summary>
[Collection(nameof(Rabbit))]
[Trait("Suite", "EndToEnd")]
[Trait("Needs", "rabbitmq-server")]
public sealed class AmqpSourceTests(Rabbit rabbit) : IAsyncLifetime
{
    private static readonly TimeSpan s_return = TimeSpan.FromSeconds(30);

    private RabbitServer Server { get; set; } = null!;

    public async ValueTask InitializeAsync() => Server = await rabbit.ServerAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("direct")]
    [InlineData("topic")]
    public async Task Message_Published_IsHeardUntilUnsubscribed(string type)
    {
        var exchange = FrontendFixture.Unique(type);
        await using var publisher = await Server.ConnectAsync();
        await using var source = new SourceUnderTest(Server.Url(exchange, type));
        var observer = await source.SubscribeAsync("news.a");
        Assert.True(await publisher.PublishAsync(exchange, "news.a", "1\r\n\0\u00e4"));
        Assert.False(await publisher.PublishAsync(exchange, "news.b", "nobody's"));
        await source.HearAsync("news.a subscribed", "news.a: 1\r\n\0\u00e4");

        source.Source.Unsubscribe(ChannelName.Parse("news.a"), observer);
        await Eventually.SeeAsync("no binding", () => publisher.PublishAsync(exchange, "news.a", "late"), isBound => !isBound);
        await source.SubscribeAsync("news.a");
        await source.HearAsync("news.a subscribed", "news.a: 1\r\n\0\u00e4", "news.a subscribed");
    }

    [Fact]
    public async Task Fanout_RoutingKey_IsTheChannel()
    {
        var exchange = FrontendFixture.Unique();
        await using var publisher = await Server.ConnectAsync();
        await using var source = new SourceUnderTest(Server.Url(exchange, "fanout"));
        await source.SubscribeAsync("a");
        await source.SubscribeAsync("b");
        foreach (var key in new[] { "a", "c", "b", "" })
        {
            await publisher.PublishAsync(exchange, key, "1");
        }

        await publisher.PublishAsync(exchange, "a", "2");
        await source.HearAsync("a subscribed", "b subscribed", "a: 1", "b: 1", "a: 2");
    }

    [Fact]
    public async Task Topic_NameWithWildcards_BringsNobodyElsesMessages()
    {
        var exchange = FrontendFixture.Unique();
        await using var publisher = await Server.ConnectAsync();
        await using var source = new SourceUnderTest(Server.Url(exchange, "topic"));
        await source.SubscribeAsync("#");
        await source.SubscribeAsync("news.*");
        Assert.False(await publisher.PublishAsync(exchange, "news.a", "1"));
        await source.SubscribeAsync("star*red");
        Assert.True(await publisher.PublishAsync(exchange, "star*red", "2"));

        await source.HearAsync("# subscribed", "news.* subscribed", "star*red subscribed", "star*red: 2");
    }

    [Fact]
    public async Task Name_OfEveryLengthAndLetter_IsItsRoutingKey()
    {
        var exchange = FrontendFixture.Unique();
        await using var publisher = await Server.ConnectAsync();
        await using var source = new SourceUnderTest(Server.Url(exchange));
        foreach (var name in new[] { "x", new string('n', 255), string.Concat(Enumerable.Repeat("\u20ac", 85)), "a b/c?d&e=f#\U0001F600" })
        {
            await source.SubscribeAsync(name);
            Assert.True(await publisher.PublishAsync(exchange, name, "1"));
            await Eventually.SeeAsync($"the message on {name}", () => source.Heard[^1], heard => heard == $"{name}: 1");
        }
    }

    [Fact]
    public async Task Channels_InThousands_ShareOneConnection_AndTheOrderAcrossThem()
    {
        const int channels = 2000;
        const int messages = 20_000;
        var exchange = FrontendFixture.Unique();
        await using var publisher = await Server.ConnectAsync();
        await using var source = new SourceUnderTest(Server.Url(exchange));
        await Task.WhenAll(Enumerable.Range(0, channels).Select(i => source.SubscribeAsync($"c{i}")));
        Assert.Equal(channels, (await Server.BindingsAsync(exchange)).Distinct().Count());
        Assert.Equal(1, await Server.ConnectionsAsync("sse-fabric@"));

        var random = new Random(20261121);
        var published = Enumerable.Range(0, messages).Select(i => (Key: $"c{random.Next(channels)}", Body: $"{i}")).ToList();
        await publisher.PublishAllAsync(exchange, published.Select(message => (message.Key, System.Text.Encoding.ASCII.GetBytes(message.Body))));
        await Eventually.SeeAsync("all messages", () => source.Heard.Length, heard => heard == channels + messages, TimeSpan.FromSeconds(60));

        Assert.Equal(published.Select(message => $"{message.Key}: {message.Body}"), source.Heard.Skip(channels));
    }

    [Fact]
    public async Task Connection_ClosedByTheBroker_IsToldAndMadeAgain()
    {
        var exchange = FrontendFixture.Unique();
        await using var source = new SourceUnderTest(Server.Url(exchange));
        await source.SubscribeAsync("a");
        await Server.ControlAsync("close_all_connections", "maintenance");
        await source.HearAsync("a subscribed", "a lost", "a subscribed");
        Assert.Contains("maintenance", (await source.Log.WaitForAsync("ConnectionLost")).Text, StringComparison.Ordinal);
        await using var publisher = await Server.ConnectAsync();
        Assert.True(await publisher.PublishAsync(exchange, "a", "1"));

        await source.HearAsync("a subscribed", "a lost", "a subscribed", "a: 1");
    }

    [Fact]
    public async Task Broker_KilledAndBack_IsBoundAgain()
    {
        const int channels = 1000;
        var exchange = FrontendFixture.Unique();
        await using var source = new SourceUnderTest(Server.Url(exchange));
        await Task.WhenAll(Enumerable.Range(0, channels).Select(i => source.SubscribeAsync($"c{i}")));
        await Server.KillAsync();
        try
        {
            await Eventually.SeeAsync("the loss at every channel", () => source.Heard.Length, count => count == 2 * channels);
            Assert.False(await source.TrySubscribeAsync("another"));
            await source.Log.WaitForAsync("ConnectionLost");
        }
        finally
        {
            await Server.RestartAsync();
        }

        var back = TimeProvider.System.GetTimestamp();
        await Eventually.SeeAsync("every channel again", () => source.Heard.Length, count => count == 3 * channels, s_return);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Bound again {TimeProvider.System.GetElapsedTime(back).TotalSeconds:0.00} s after the start."));
        Assert.Equal(channels, (await Server.BindingsAsync(exchange)).Distinct().Count());
        Assert.True(await source.TrySubscribeAsync("another"));
    }

    [Fact]
    public async Task Broker_Silent_IsGivenUp()
    {
        await using var source = new SourceUnderTest(Server.Url(FrontendFixture.Unique()));
        await source.SubscribeAsync("a");
        var frozen = TimeProvider.System.GetTimestamp();
        Server.Freeze();
        try
        {
            await Eventually.SeeAsync("the loss", () => source.Heard, heard => heard.Contains("a lost"), s_return);
            TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Given up after {TimeProvider.System.GetElapsedTime(frozen).TotalSeconds:0.0} s."));
        }
        finally
        {
            Server.Thaw();
        }

        await Eventually.SeeAsync("the return", () => source.Heard, heard => heard.SequenceEqual(["a subscribed", "a lost", "a subscribed"]), s_return);
    }

    [Fact]
    public async Task Exchange_MadeByAnother_IsTakenAsItIs_AndMadeAgainWhereItIsGone()
    {
        var exchange = FrontendFixture.Unique();
        await using var publisher = await Server.ConnectAsync();
        await publisher.Channel.ExchangeDeclareAsync(exchange, "direct", durable: false, autoDelete: false, cancellationToken: TestContext.Current.CancellationToken);
        await using var source = new SourceUnderTest(Server.Url(exchange));
        await source.SubscribeAsync("a");
        Assert.True(await publisher.PublishAsync(exchange, "a", "1"));
        await source.HearAsync("a subscribed", "a: 1");

        // Nobody tells a consumer; the next binding finds out.
        await publisher.Channel.ExchangeDeleteAsync(exchange, cancellationToken: TestContext.Current.CancellationToken);
        await source.TrySubscribeAsync("b");
        await Eventually.SeeAsync("the return", () => source.Heard, heard => heard.SequenceEqual(["a subscribed", "a: 1", "a lost", "a subscribed"]));
        Assert.True(await publisher.PublishAsync(exchange, "a", "2"));
    }

    [Fact]
    public async Task Message_OverTheLimit_IsToldAndNotKept()
    {
        const int size = 9 << 20;
        var exchange = FrontendFixture.Unique();
        await using var publisher = await Server.ConnectAsync();
        await using var source = new SourceUnderTest(Server.Url(exchange), null, new ChannelRule { Match = "small", MaxEventBytes = 1000 });
        await source.SubscribeAsync("small");
        await source.SubscribeAsync("large");
        await publisher.PublishAsync(exchange, "small", new byte[size]);
        await publisher.PublishAsync(exchange, "large", new byte[size]);
        await publisher.PublishAsync(exchange, "small", "fits");

        await source.HearAsync("small subscribed", "large subscribed", $"small oversized {size}", $"large oversized {size}", "small: fits");
    }

    [Fact]
    public async Task Gate_Closed_HoldsTheRestAtTheBroker()
    {
        const int messages = 5000;
        var exchange = FrontendFixture.Unique();
        var gate = new IngestGate(0);
        await using var publisher = await Server.ConnectAsync();
        await using var source = new SourceUnderTest(Server.Url(exchange), gate);
        await source.SubscribeAsync("a");
        gate.Add(1);
        await publisher.PublishAllAsync(exchange, Enumerable.Range(0, messages).Select(i => ("a", System.Text.Encoding.ASCII.GetBytes($"{i}"))));

        // What waits in the broker is all but what it may send ahead.
        var waiting = await Eventually.SeeAsync("messages waiting at the broker", ReadyAsync, ready => ready > 0, s_return);
        Assert.InRange(waiting, messages - 1000, messages);
        Assert.InRange(source.Heard.Length, 1, 1000);

        gate.Release(1);
        await source.HearAsync(["a subscribed", .. Enumerable.Range(0, messages).Select(i => $"a: {i}")]);

        async Task<int> ReadyAsync()
        {
            var queues = await Server.ControlAsync("list_queues", "messages_ready", "--formatter", "json");
            return System.Text.Json.JsonDocument.Parse(queues).RootElement.EnumerateArray().Sum(row => row.GetProperty("messages_ready").GetInt32());
        }
    }

    [Theory]
    [InlineData("app", "wr0ng", "", "ACCESS_REFUSED")]
    [InlineData("stranger", null, "", "refused for user")]
    [InlineData("app", null, "/nowhere", "nowhere")]
    [InlineData("reader", null, "", "no exchange")]
    public async Task Login_ThatIsRefused_IsLoggedWithTheReason(string user, string? password, string host, string reason)
    {
        await using var source = new SourceUnderTest(Server.Url(FrontendFixture.Unique(), user: user, password: password, host: host));

        Assert.False(await source.TrySubscribeAsync("a"));
        Assert.Contains(reason, (await source.Log.WaitForAsync("Unreachable")).Text, StringComparison.Ordinal);
        Assert.DoesNotContain(source.Log.Records, record => record.Text.Contains(password ?? "s3cret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Exchange_OfAnotherType_IsLoggedWithTheReason()
    {
        var exchange = FrontendFixture.Unique();
        await using var publisher = await Server.ConnectAsync();
        await publisher.Channel.ExchangeDeclareAsync(exchange, "fanout", durable: true, autoDelete: false, cancellationToken: TestContext.Current.CancellationToken);
        await using var source = new SourceUnderTest(Server.Url(exchange, "topic"));

        Assert.False(await source.TrySubscribeAsync("a"));
        var log = (await source.Log.WaitForAsync("Unreachable")).Text;
        Assert.Contains("inequivalent arg 'type'", log, StringComparison.Ordinal);
        Assert.Contains(exchange, log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Channel_ThatMayNotBeRead_DoesNotDisturbTheOthers()
    {
        var exchange = FrontendFixture.Unique("open");
        await using var publisher = await Server.ConnectAsync();
        await publisher.Channel.ExchangeDeclareAsync(exchange, "topic", durable: true, autoDelete: false, cancellationToken: TestContext.Current.CancellationToken);
        await Server.ControlAsync("set_topic_permissions", "-p", "/", "reader", exchange, ".*", "^a");
        await using var source = new SourceUnderTest(Server.Url(exchange, "topic", user: "reader"));
        await source.SubscribeAsync("a0");
        var allowed = Enumerable.Range(1, 50).Select(i => source.TrySubscribeAsync($"a{i}")).ToList();

        Assert.False(await source.TrySubscribeAsync("b1"));
        Assert.All(await Task.WhenAll(allowed), Assert.True);
        Assert.Contains("b1", (await source.Log.WaitForAsync("SubscriptionRefused")).Text, StringComparison.Ordinal);
        Assert.True(await publisher.PublishAsync(exchange, "a7", "1"));
        await Eventually.SeeAsync("the message", () => source.Heard[^1], heard => heard == "a7: 1");
        Assert.DoesNotContain(source.Heard, heard => heard.EndsWith("lost", StringComparison.Ordinal));
    }
}
