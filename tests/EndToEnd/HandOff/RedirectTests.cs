using System.Net;
using System.Net.Sockets;
using SseFabric.TestKit.Http;
using SseFabric.TestKit.Processes;
using SseFabric.TestKit.Waiting;

namespace SseFabric.EndToEnd.HandOff;

/// <summary>The path behind a proxy's internal location, asked as the proxy asks it.</summary>
[Trait("Suite", "EndToEnd")]
public sealed class RedirectTests(FrontendFixture fixture) : IClassFixture<FrontendFixture>
{
    [Theory]
    [InlineData("/redisse/?{a}&{b}")]
    [InlineData("/redisse?{a}&{b}")]
    [InlineData("/redisse/?channel={a}&channel={b}")]
    [InlineData("/redisse/?{a}&channel={b}&{a}")]
    public async Task Get_BothForms_StreamsTheChannelsAndNoOther(string target)
    {
        var (a, b) = (FrontendFixture.Unique(), FrontendFixture.Unique());
        await using var subscriber = await SseClient.JoinAsync(At(target.Replace("{a}", a, StringComparison.Ordinal).Replace("{b}", b, StringComparison.Ordinal)));

        await fixture.PublishAsync("c", "of another channel");
        await fixture.PublishAsync(a, "one");
        Assert.Equal("one", (await subscriber.NextAsync()).Text);
        await fixture.PublishAsync(b, "two");
        Assert.Equal("two", (await subscriber.NextAsync()).Text);
        Assert.Equal("text/event-stream", subscriber.Header("Content-Type"));
        Assert.Equal("no-cache", subscriber.Header("Cache-Control"));
    }

    [Theory]
    [InlineData("/events?to=global&to=channel_3&foo&evil_channel&channel=evil", "/redisse/?global&channel_3")]
    [InlineData("/events?to=global&lastEventId=42&polling", "/redisse/?polling&lastEventId=42&global")]
    [Trait("Parity", "51")]
    [Trait("Parity", "53")]
    [Trait("Parity", "54")]
    public async Task Application_RedirectAnswer_IsItsChannelsAndNothingOfTheQueryElse(string target, string redirect)
    {
        await using var application = await RedirectingApplication.StartAsync();
        await using var connection = await RawHttpConnection.ConnectAsync(new Uri($"http://127.0.0.1:{application.Port}"));

        await connection.GetAsync(target);

        Assert.Equal((200, redirect, "0"), (connection.Status, connection.Header("X-Accel-Redirect"), connection.Header("Content-Length")));
    }

    [Theory]
    [InlineData("polling")]
    [InlineData("lastEventId")]
    [Trait("Parity", "55")]
    public async Task Application_RedirectToAReservedName_FailsWithoutARedirect(string name)
    {
        await using var application = await RedirectingApplication.StartAsync();
        await using var connection = await RawHttpConnection.ConnectAsync(new Uri($"http://127.0.0.1:{application.Port}"));

        await connection.GetAsync($"/events?to=global&to={name}");

        Assert.Equal((500, null), (connection.Status, connection.Header("X-Accel-Redirect")));
    }

    [Theory, Trait("Parity", "56")]
    [InlineData("a%20b", "a b")]
    [InlineData("a+b", "a b")]
    [InlineData("a%2Bb", "a+b")]
    [InlineData("a%3Db%26c", "a=b&c")]
    [InlineData("lastEventId%3D5", "lastEventId=5")]
    [InlineData("foo=bar", "foo=bar")]
    [InlineData("%C3%A9%E2%82%AC", "é€")]
    [InlineData("channel=polling", "polling")]
    public async Task Get_EncodedName_IsThatChannel(string item, string channel)
    {
        await using var subscriber = await SseClient.JoinAsync(At($"/redisse/?{item}"));

        await fixture.PublishAsync(channel, "x");

        Assert.Equal("x", (await subscriber.NextAsync()).Text);
    }

    [Fact]
    public async Task Get_LastEventId_ResumesFromTheHeaderElseTheQuery()
    {
        var channel = FrontendFixture.Unique();
        await using var first = await SseClient.JoinAsync(At($"/redisse/?{channel}"));
        await fixture.PublishAsync(channel, "one", "two", "three");
        var seen = await first.TakeAsync(3);

        await using var queried = await SseClient.JoinAsync(At($"/redisse/?lastEventId={Uri.EscapeDataString(seen[0].Id)}&{channel}"));
        await using var both = await SseClient.JoinAsync(At($"/redisse/?lastEventId={Uri.EscapeDataString(seen[0].Id)}&{channel}"), new SseRequest { LastEventId = seen[1].Id });

        Assert.Equal("two", (await queried.NextAsync()).Text);
        Assert.Equal("three", (await both.NextAsync()).Text);
    }

    [Fact]
    public async Task Get_Polling_EndsAfterTheFirstEvent()
    {
        var channel = FrontendFixture.Unique();
        await using var poll = await SseClient.JoinAsync(At($"/redisse/?polling&{channel}"));
        await fixture.PublishAsync(channel, "x");

        await poll.Ended.Within("the end of the poll");
        Assert.Equal("x", (await poll.NextAsync()).Text);
    }

    [Theory]
    [InlineData("/redisse/", 404)]
    [InlineData("/redisse/?polling&lastEventId=42", 404)]
    [InlineData("/redisse/?&&", 404)]
    [InlineData("/redisse/deeper?a", 404)]
    [InlineData("/redisse/?a&b%0Ac", 400)]
    [InlineData("/redisse/?a&channel=", 400)]
    [InlineData("/redisse/?a%FF", 400)]
    public async Task Get_NoOrBadChannels_IsRefusedWithTheReason(string target, int status)
    {
        await using var connection = await RawHttpConnection.ConnectAsync(fixture.Fabric.Address);

        await connection.GetAsync(target, "Accept: text/event-stream");

        Assert.Equal(status, connection.Status);
        Assert.Contains(status == 400 ? "channel name" : "", await connection.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_ThousandChannels_IsServedAndOneMoreIsNot()
    {
        var channels = Enumerable.Range(0, 1000).Select(_ => Guid.NewGuid().ToString()).ToArray();
        await using var subscriber = await SseClient.JoinAsync(At($"/redisse/?{string.Join('&', channels)}"));
        await using var refused = await SseClient.OpenAsync(At($"/redisse/?{string.Join('&', channels.Append("one-more"))}"));

        await fixture.PublishAsync(channels[999], "x");

        Assert.Equal("x", (await subscriber.NextAsync()).Text);
        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        await refused.WaitForRawAsync("the limit and the number", raw => raw.Contains("at most 1000 channels; this one names 1001", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Head_Answers_TheHeadAlone()
    {
        await using var answer = await SseClient.OpenAsync(At("/redisse/?a"), new SseRequest { Method = HttpMethod.Head });

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal("text/event-stream", answer.Header("Content-Type"));
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task OtherMethod_IsNotAllowed(string method)
    {
        await using var answer = await SseClient.OpenAsync(At("/redisse/?a"), new SseRequest { Method = new HttpMethod(method) });

        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.Status);
        Assert.Equal("GET, HEAD", answer.Header("Allow"));
    }

    [Theory]
    [InlineData("application/json", 406)]
    [InlineData("text/event-stream;q=0", 406)]
    [InlineData("*/*", 200)]
    [InlineData(null, 200)]
    public async Task Get_Accept_DecidesAsOnTheOpenEndpoint(string? accept, int status)
    {
        await using var answer = await SseClient.OpenAsync(At($"/redisse/?{FrontendFixture.Unique()}"), new SseRequest { Accept = accept });

        Assert.Equal(status, (int)answer.Status);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("X-Forwarded-For: 127.0.0.1")]
    [InlineData("Forwarded: for=127.0.0.1")]
    [InlineData("X-Real-IP: 127.0.0.1")]
    public async Task Get_FromAPeerThatIsNotTrusted_Is403WhateverItsHeadersSay(string? header)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.2"), 0));
        await using var connection = await RawHttpConnection.ConnectAsync(socket, fixture.Fabric.Address);
        var channel = FrontendFixture.Unique();

        await connection.GetAsync($"/redisse/?{channel}", ["Accept: text/event-stream", .. header is null ? Array.Empty<string>() : [header]]);

        Assert.Equal(403, connection.Status);
        Assert.Contains("127.0.0.2 is not one of them", await connection.ReadToEndAsync(), StringComparison.Ordinal);
        await fixture.AssertNobodyListensAsync(channel);
    }

    [Fact]
    public async Task Get_ForwardedForAStranger_IsTakenFromATrustedPeer()
    {
        var headers = new Dictionary<string, string> { ["X-Forwarded-For"] = "203.0.113.9" };
        await using var subscriber = await SseClient.OpenAsync(At($"/redisse/?{FrontendFixture.Unique()}"), new SseRequest { Headers = headers });

        Assert.Equal(HttpStatusCode.OK, subscriber.Status);
    }

    [Fact]
    public async Task Get_PathThatARouteTakes_IsTheRoutes()
    {
        await using var fabric = await SseFabricProcess.StartAsync("--Fabric:Routes:0:Path=^/redisse$", "--Fabric:Routes:0:Channel=routed");
        await using var routed = await SseClient.JoinAsync(new Uri(fabric.Address, "/redisse?redirected"));
        await using var redirected = await SseClient.JoinAsync(new Uri(fabric.Address, "/redisse/?redirected"));
        using var publisher = new HttpPublisher(fabric.Address);

        await publisher.PublishAsync("routed", "of the route");
        await publisher.PublishAsync("redirected", "of the redirect");

        Assert.Equal("of the route", (await routed.NextAsync()).Text);
        Assert.Equal("of the redirect", (await redirected.NextAsync()).Text);
    }

    [Fact]
    public async Task SseHandOff_OfAnAspNetCoreApplication_IsTakenByARoute()
    {
        await using var application = await RedirectingApplication.StartAsync();
        await using var fabric = await SseFabricProcess.StartAsync("--Fabric:Routes:0:Path=^/offload$", $"--Fabric:Routes:0:Upstream=http://127.0.0.1:{application.Port}");
        await using var subscriber = await SseClient.JoinAsync(new Uri(fabric.Address, "/offload?to=a&to=b%20c"));
        await using var nobody = await SseClient.OpenAsync(new Uri(fabric.Address, "/offload"));
        using var publisher = new HttpPublisher(fabric.Address);

        await publisher.PublishAsync("a", "one");
        Assert.Equal("one", (await subscriber.NextAsync()).Text);
        await publisher.PublishAsync("b c", "two");
        Assert.Equal("two", (await subscriber.NextAsync()).Text);

        Assert.Equal(HttpStatusCode.NotFound, nobody.Status);
    }

    /// <summary>A page of another origin may read why it gets no stream.</summary>
    [Fact]
    public async Task Refusal_CycloneProfile_HasItsHeaders()
    {
        (string Method, string Target, string Peer, int Status)[] requests =
        [
            ("POST", "/redisse/?a", "127.0.0.1", 405),
            ("GET", "/redisse/?channel=", "127.0.0.1", 400),
            ("GET", "/redisse/?polling", "127.0.0.1", 404),
            ("GET", "/redisse/?a", "127.0.0.2", 403),
            ("HEAD", "/redisse/?a", "127.0.0.1", 200),
        ];
        await using var fabric = await SseFabricProcess.StartAsync("--profile=cyclone");
        foreach (var (method, target, peer, status) in requests)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Parse(peer), 0));
            await using var connection = await RawHttpConnection.ConnectAsync(socket, fabric.Address);

            await connection.SendAsync($"{method} {target} HTTP/1.1\r\nHost: localhost\r\nOrigin: https://example.org\r\nContent-Length: 0\r\n\r\n");
            await connection.ReadHeadAsync();

            Assert.Equal((method, target, status, "*"), (method, target, connection.Status, connection.Header("Access-Control-Allow-Origin")));
        }
    }

    private Uri At(string target) => new(fixture.Fabric.Address, target);
}
