using System.Globalization;
using System.Net;
using System.Text.Json;
using SseFabric.TestKit.Http;
using SseFabric.TestKit.Processes;
using SseFabric.TestKit.Redis;
using SseFabric.TestKit.Waiting;

namespace SseFabric.EndToEnd.Redisse;

/// <summary>Channels whose history is redisse's, seen through native streams: real commands of redisse's on the other side of a real redis-server.</summary>
[Trait("Suite", "EndToEnd")]
[Trait("Needs", "redis-server")]
public sealed class RedisseStoreTests : IAsyncLifetime
{
    private RedisServer _redis = null!;
    private RedisClient _client = null!;
    private SseFabricProcess _fabric = null!;
    private RedissePublisher _publisher = null!;

    public async ValueTask InitializeAsync()
    {
        _redis = await RedisServer.StartAsync();
        _client = await _redis.ConnectAsync();
        _publisher = new RedissePublisher(_client);
        _fabric = await SseFabricProcess.StartAsync(
            "--redis", _redis.Configuration, "--Fabric:Channels:0:Match=*", "--Fabric:Channels:0:History:Store=redisse", "--Fabric:Channels:0:MaxEventBytes=1000");
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
    public async Task Publish_ByRedisse_ReachesANativeSubscriberDecoded()
    {
        await using var subscriber = await SseClient.JoinAsync(_fabric.Events("c"));

        await _publisher.PublishAsync("c", "one\ntwo", "greeting");

        var received = await subscriber.NextAsync();
        Assert.Equal(("greeting", "one\ntwo"), (received.Type, received.Text));
        Assert.Contains('-', received.Id);
    }

    [Fact]
    public async Task History_FromBeforeTheStart_IsResumed()
    {
        await _publisher.PublishAsync("c", "before");

        await using var subscriber = await SseClient.JoinAsync(_fabric.Events("c"), new SseRequest { LastEventId = "1-1" });
        await _publisher.PublishAsync("c", "after");

        Assert.Equal(["missedevents", "message", "message"], (await subscriber.TakeAsync(3)).Select(received => received.Type));
    }

    [Fact]
    [Trait("Parity", "98")]
    [Trait("Parity", "99")]
    [Trait("Parity", "100")]
    public async Task Publish_OverHttp_WritesTheSchemaAndAnswersTheNumber()
    {
        await _client.ExecuteAsync("SET", RedissePublisher.Counter, "41");
        await using var subscriber = await SseClient.JoinAsync(_fabric.Events("c"));
        await using var listener = await _redis.ConnectAsync();
        await listener.ExecuteAsync("SUBSCRIBE", "c");

        var id = await PublishAsync("c", "text\nmore", "?event=typed");

        const string frame = "id: 42\nevent: typed\ndata: text\ndata: more\n\n";
        Assert.Equal("42", id);
        Assert.Equal("42", (await _client.ExecuteAsync("GET", RedissePublisher.Counter)).Text);
        Assert.Equal(frame, (await listener.ReadAsync()).Items![2].Text);
        Assert.Equal([frame, "42"], (await _client.ExecuteAsync("ZRANGE", "c", "0", "-1", "WITHSCORES")).Items!.Select(item => item.Text));
        Assert.Equal(-1, (await _client.ExecuteAsync("PTTL", "c")).Number);
        var received = await subscriber.NextAsync();
        Assert.Equal(("typed", "text\nmore"), (received.Type, received.Text));

        Assert.Equal("43", await PublishAsync("unheard", "x"));
        Assert.Equal("id: 43\nevent: message\ndata: x\n\n", Assert.Single((await _client.ExecuteAsync("ZRANGE", "unheard", "0", "-1")).Items!).Text);
    }

    [Fact]
    [Trait("Parity", "101")]
    public async Task Publish_HundredAndFifty_KeepsAHundred()
    {
        for (var i = 0; i < 150; i++)
        {
            await PublishAsync("c", $"{i}");
        }

        Assert.Equal(100, (await _client.ExecuteAsync("ZCARD", "c")).Number);
        Assert.Equal("51", (await _client.ExecuteAsync("ZRANGE", "c", "0", "0", "WITHSCORES")).Items![1].Text);
    }

    [Fact]
    [Trait("Parity", "104")]
    public async Task Publish_EightAtOnce_IdsAscendOnTheChannel()
    {
        await using var listener = await _redis.ConnectAsync();
        await listener.ExecuteAsync("SUBSCRIBE", "c");

        await Task.WhenAll(Enumerable.Range(0, 8).Select(async writer =>
        {
            for (var i = 0; i < 50; i++)
            {
                await PublishAsync("c", $"{writer} {i}");
            }
        }));

        var numbers = new List<int>();
        while (numbers.Count < 400)
        {
            numbers.Add(int.Parse((await listener.ReadAsync()).Items![2].Text.Split('\n')[0]["id: ".Length..], CultureInfo.InvariantCulture));
        }

        Assert.Equal(Enumerable.Range(1, 400), numbers);
    }

    [Fact]
    public async Task Publish_SameIdempotencyKey_PublishesOnce()
    {
        await using var subscriber = await SseClient.JoinAsync(_fabric.Events("c"));

        var first = await PublishAsync("c", "once", key: "k");
        var second = await PublishAsync("c", "once", key: "k");
        await PublishAsync("c", "then");

        Assert.Equal(first, second);
        Assert.Equal(["once", "then"], (await subscriber.TakeAsync(2)).Select(received => received.Text));
    }

    [Fact]
    public async Task Message_ThatIsNoFrame_IsToldAsRejected()
    {
        await using var subscriber = await SseClient.JoinAsync(_fabric.Events("c"));

        await _client.PublishAsync("c", "no frame");
        await _publisher.PublishAsync("c", "a frame");

        var events = await subscriber.TakeAsync(2);
        Assert.Equal(("missedevents", "{\"channel\":\"c\",\"reason\":\"rejected\"}"), (events[0].Type, events[0].Text));
        Assert.Equal("a frame", events[1].Text);
    }

    [Fact]
    public async Task Publish_FrameLargerThanTheLimit_IsRefused()
    {
        using var http = new HttpClient();
        var answer = await http.PostAsync(
            new Uri(_fabric.Address, "/channels/c/events"), new StringContent(new string('x', 980)), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.Equal(0, (await _client.ExecuteAsync("EXISTS", "c")).Number);
    }

    [Fact]
    public async Task ConnectionLost_TheSetShowsWhatWasMissed_ItIsDeliveredInPlace()
    {
        await using var subscriber = await SseClient.JoinAsync(_fabric.Events("c"));
        await _publisher.PublishAsync("c", "heard");

        await _publisher.PublishUnheardAsync("c", "unheard 1", "unheard 2");
        await HeardAgainAsync("c");
        await _publisher.PublishAsync("c", "heard again");

        var events = await subscriber.TakeAsync(4);
        Assert.Equal(["heard", "unheard 1", "unheard 2", "heard again"], events.Select(received => received.Text));
        Assert.Single(events.Select(received => received.Id.Split('-')[0]).Distinct());
    }

    [Fact]
    public async Task ConnectionLost_TheSetHasLostSome_ItIsToldAndAllThatIsThereFollows()
    {
        await using var subscriber = await SseClient.JoinAsync(_fabric.Events("c"));
        await _publisher.PublishAsync("c", "heard");

        await _publisher.PublishUnheardAsync("c", [.. Enumerable.Range(1, 150).Select(i => $"{i}")]);

        var events = await subscriber.TakeAsync(102);
        Assert.Equal("heard", events[0].Text);
        Assert.Equal("{\"channel\":\"c\",\"reason\":\"epoch\"}", events[1].Text);
        Assert.Equal(Enumerable.Range(51, 100).Select(i => $"{i}"), events.Skip(2).Select(received => received.Text));
    }

    [Fact]
    public async Task RedisComesBackEmpty_CountingFromOne_EveryEventArrives()
    {
        await using var subscriber = await SseClient.JoinAsync(_fabric.Events("c"));
        await _publisher.PublishAsync("c", "old");

        await _redis.KillAsync();
        await _redis.RestartAsync();
        await using var client = await _redis.ConnectAsync();
        await HeardAgainAsync("c");
        await new RedissePublisher(client).PublishAsync("c", "new");

        var events = await subscriber.TakeAsync(3);
        Assert.Equal(("old", "missedevents", "new"), (events[0].Text, events[1].Type, events[2].Text));
    }

    [Fact]
    public async Task Key_OfAnotherType_DeliveryGoesOn()
    {
        await _client.ExecuteAsync("SET", "c", "mine");
        await using var subscriber = await SseClient.JoinAsync(_fabric.Events("c"));

        await _client.PublishAsync("c", "id: 1\ndata: by redisse\n\n");
        var id = await PublishAsync("c", "by the fabric");

        Assert.Equal(["by redisse", "by the fabric"], (await subscriber.TakeAsync(2)).Select(received => received.Text));
        Assert.Equal("1", id);
        Assert.Equal("mine", (await _client.ExecuteAsync("GET", "c")).Text);
        await _fabric.Process.WaitForLineAsync("the warning", line => line.Contains("goes on without its history", StringComparison.Ordinal));
    }

    /// <summary>Two publishers whose commands mingle, and a connection that is lost again and again: what comes live and in the set counts once.</summary>
    [Fact]
    public async Task ConnectionLost_AgainAndAgainAmongPublishers_EachEventOnce()
    {
        await using var subscriber = await SseClient.JoinAsync(_fabric.Events("c"));
        var writers = Enumerable.Range(0, 2).Select(async writer =>
        {
            await using var client = await _redis.ConnectAsync();
            for (var i = 0; i < 150; i++)
            {
                await new RedissePublisher(client).PublishAsync("c", $"{writer} {i}");
                if (i % 30 == 29)
                {
                    await _redis.KillHearersAsync();
                    await HeardAgainAsync("c");

                    // The set keeps a hundred: what is missed is read before as much again is published.
                    await subscriber.WaitForRawAsync("its own last event", raw => raw.Contains($"data: {writer} {i}\n", StringComparison.Ordinal));
                }
            }
        });

        await Task.WhenAll(writers);

        var events = await subscriber.TakeAsync(300);
        Assert.DoesNotContain("missedevents", events.Select(received => received.Type));
        Assert.Equal(
            Enumerable.Range(0, 2).SelectMany(writer => Enumerable.Range(0, 150).Select(i => $"{writer} {i}")).Order(),
            events.Select(received => received.Text).Order());
    }

    private async Task HeardAgainAsync(string channel)
    {
        await using var client = await _redis.ConnectAsync();
        await Eventually.SeeAsync("a subscription", () => client.NumSubAsync(channel), subscriptions => subscriptions > 0);
    }

    private async Task<string> PublishAsync(string channel, string data, string query = "", string? key = null)
    {
        using var http = new HttpClient();
        using var content = new StringContent(data);
        if (key is not null)
        {
            http.DefaultRequestHeaders.Add("Idempotency-Key", key);
        }

        var answer = await http.PostAsync(new Uri(_fabric.Address, $"/channels/{channel}/events{query}"), content, TestContext.Current.CancellationToken);
        var body = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, body);
        return JsonDocument.Parse(body).RootElement.GetProperty("id").GetString()!;
    }
}
