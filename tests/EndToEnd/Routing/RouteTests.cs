using System.Net;
using SseFabric.TestKit.Http;
using SseFabric.TestKit.Processes;
using SseFabric.TestKit.Waiting;

namespace SseFabric.EndToEnd.Routing;

/// <summary>The path decides which channels a request gets.</summary>
[Trait("Suite", "EndToEnd")]
[Trait("Needs", "redis-server")]
public sealed class RouteTests(RouteFixture fixture) : IClassFixture<RouteFixture>
{
    [Fact]
    [Trait("Parity", "25")]
    public async Task Get_LiteralRoute_StreamsItsChannelAlone()
    {
        await using var client = await SseClient.JoinAsync(fixture.At("/whattimeisit?channel=other"));

        Assert.Equal("text/event-stream", client.Header("Content-Type"));
        Assert.Equal("no-cache", client.Header("Cache-Control"));
        await fixture.PublishAsync("clock", "noon", "one");
        Assert.Equal(["noon", "one"], (await client.TakeAsync(2)).Select(next => next.Text));
        Assert.DoesNotContain("other", await fixture.SubscribedAsync());
    }

    [Theory]
    [Trait("Parity", "26")]
    [InlineData("/")]
    [InlineData("/nothing")]
    [InlineData("/x/whattimeisit")]
    [InlineData("/WHATTIMEISIT")]
    public async Task Get_PathThatNoRouteTakes_Is404(string path)
    {
        await using var client = await SseClient.OpenAsync(fixture.At(path));

        Assert.Equal(HttpStatusCode.NotFound, client.Status);
    }

    [Fact]
    [Trait("Parity", "27")]
    public async Task Get_Capture_StreamsItsChannelAndNoOther()
    {
        await using var four = await SseClient.JoinAsync(fixture.At("/events/4"));
        await using var three = await SseClient.JoinAsync(fixture.At("/events/3"));

        await fixture.PublishAsync("channel_4", "four");
        await fixture.PublishAsync("channel_3", "three");

        Assert.Equal("three", (await three.NextAsync()).Text);
        Assert.Equal("four", (await four.NextAsync()).Text);
        Assert.DoesNotContain("3", await fixture.SubscribedAsync());
    }

    [Fact]
    [Trait("Parity", "27")]
    public async Task Get_PathThatOnlyTheOpenEndpointTakes_IsTheOpenEndpoints()
    {
        await using var client = await fixture.GetAsync("/events/x");

        await fixture.AssertIsOnAsync(client, "x");
    }

    [Theory]
    [Trait("Parity", "28")]
    [InlineData("/qs?name=a%20b", "v_a b")]
    [InlineData("/qs", "v_")]
    [InlineData("/qs?name=", "v_")]
    [InlineData("/cookie", "v_c/1", "Cookie: x=y; name=c%2F1")]
    [InlineData("/cookie", "v_")]
    [InlineData("/header", "v_h", "X-Name: h")]
    [InlineData("/header", "v_é", "X-Name: é")]
    [InlineData("/header", "v_a,b", "X-Name: a", "X-Name: b")]
    [InlineData("/header", "v_")]
    [InlineData("/host", "v_localhost")]
    [InlineData("/path/a%20b/c", "v_/path/a b/c")]
    public async Task Get_Variable_IsTheRequestsOrEmpty(string target, string channel, params string[] headers)
    {
        await using var client = await fixture.GetAsync(target, headers);

        await fixture.AssertIsOnAsync(client, channel);
    }

    [Theory]
    [Trait("Parity", "28")]
    [InlineData("/bare")]
    [InlineData("/bare?name=")]
    [InlineData("/any/")]
    [InlineData("/list")]
    public async Task Get_EmptyChannel_Is404AndNothingIsSubscribed(string target)
    {
        var before = await fixture.SubscribedAsync();
        await using var client = await fixture.GetAsync(target, "Accept: text/event-stream");

        Assert.Equal(404, client.Status);
        Assert.Contains("no channel", await client.ReadToEndAsync(), StringComparison.Ordinal);
        Assert.Subset(before, await fixture.SubscribedAsync());
    }

    [Fact]
    public async Task Get_SeveralChannels_StreamsAllOfThemAndResumesEach()
    {
        string lastEventId;
        await using (var first = await SseClient.JoinAsync(fixture.At("/several/1")))
        {
            await fixture.PublishAsync("several_1", "a");
            await fixture.PublishAsync("global", "b");
            var events = await first.TakeAsync(2);
            Assert.Equal(["a", "b"], events.Select(next => next.Text).Order());
            lastEventId = events[1].Id!;
        }

        await fixture.PublishAsync("global", "c");
        await fixture.PublishAsync("several_1", "d");
        await using var back = await SseClient.JoinAsync(fixture.At("/several/1"), new SseRequest { LastEventId = lastEventId });
        Assert.Equal(["c", "d"], (await back.TakeAsync(2)).Select(next => next.Text).Order());
    }

    [Fact]
    public async Task Get_LastEventIdInTheQueryAndPolling_AreAsAtTheOpenEndpoint()
    {
        var name = FrontendFixture.Unique("x");
        await using var first = await SseClient.JoinAsync(fixture.At($"/any/{name}"));
        await fixture.PublishAsync(name, "one", "two");
        var one = await first.NextAsync();

        await using var poll = await SseClient.OpenAsync(fixture.At($"/any/{name}?polling&lastEventId={one.Id}"));

        Assert.Equal("two", (await poll.NextAsync()).Text);
        await poll.Ended.Within("the end of the poll");
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task OtherMethod_OnARoute_Is405WithAllow(string method)
    {
        await using var client = await SseClient.OpenAsync(fixture.At("/whattimeisit"), new SseRequest { Method = new HttpMethod(method) });

        Assert.Equal(HttpStatusCode.MethodNotAllowed, client.Status);
        Assert.Equal("GET, HEAD", client.Header("Allow"));
    }

    [Fact]
    public async Task Head_OnARoute_AnswersTheHeadAlone()
    {
        await using var client = await SseClient.OpenAsync(fixture.At("/whattimeisit"), new SseRequest { Method = HttpMethod.Head });

        Assert.Equal(HttpStatusCode.OK, client.Status);
        Assert.Equal("text/event-stream", client.Header("Content-Type"));
        await client.Ended.Within("the end of the answer");
        Assert.Equal("", client.Raw);
    }

    [Theory]
    [InlineData("*/*", 200)]
    [InlineData(null, 200)]
    [InlineData("text/html", 406)]
    public async Task Get_Accept_IsAsAtTheOpenEndpoint(string? accept, int status)
    {
        await using var client = await SseClient.OpenAsync(fixture.At("/whattimeisit"), new SseRequest { Accept = accept });

        Assert.Equal(status, (int)client.Status);
    }

    [Fact]
    [Trait("Parity", "46")]
    public async Task Get_Http10_IsAStreamThatEndsWithTheConnection()
    {
        await using var connection = await RawHttpConnection.ConnectAsync(fixture.Fabric.Address);
        await connection.SendAsync("GET /ev/ten HTTP/1.0\r\n\r\n");
        await connection.ReadHeadAsync();

        Assert.Null(connection.Header("Transfer-Encoding"));
        await fixture.AssertIsOnAsync(connection, "ch_ten");
    }

    [Fact]
    [Trait("Parity", "46")]
    public async Task Get_Http2_IsAStreamToo()
    {
        var port = FreePort.Next();
        await using var fabric = await SseFabricProcess.StartAsync(
            $"--Fabric:H2c:Listen=127.0.0.1:{port}", "--Fabric:Routes:0:Path=^/ev/(.*)$", "--Fabric:Routes:0:Channel=ch_$1");
        await using var client = await SseClient.JoinAsync(new Uri($"http://127.0.0.1:{port}/ev/a%2Fb"), new SseRequest { Version = HttpVersion.Version20 });
        using var publisher = new HttpPublisher(fabric.Address);

        await publisher.PublishAsync("ch_a/b", "two");

        Assert.Equal("two", (await client.NextAsync()).Text);
    }

    [Fact]
    public async Task Cors_ListedOrigin_MayReadARouteAfterItsPreflight()
    {
        using var http = new HttpPublisher(fixture.Fabric.Address);
        var preflight = await http.SendAsync(
            HttpMethod.Options, "/whattimeisit", null, null,
            ("Origin", RouteFixture.Origin), ("Access-Control-Request-Method", "GET"), ("Access-Control-Request-Headers", "last-event-id"));
        await using var client = await SseClient.JoinAsync(
            fixture.At("/whattimeisit"), new SseRequest { Headers = new Dictionary<string, string> { ["Origin"] = RouteFixture.Origin } });

        Assert.Equal(204, preflight.Status);
        Assert.Equal(RouteFixture.Origin, preflight.Header("Access-Control-Allow-Origin"));
        Assert.Equal(RouteFixture.Origin, client.Header("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task Cors_OtherOrigin_IsToldNothing()
    {
        await using var client = await SseClient.OpenAsync(
            fixture.At("/whattimeisit"), new SseRequest { Headers = new Dictionary<string, string> { ["Origin"] = "https://evil.example" } });

        Assert.Null(client.Header("Access-Control-Allow-Origin"));
    }
}
