using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SseFabric.TestKit.Http;
using SseFabric.TestKit.Waiting;

namespace SseFabric.EndToEnd.HandOff;

/// <summary>GRIP, header by header.</summary>
[Trait("Suite", "EndToEnd")]
public sealed class GripTests
{
    public static TheoryData<string> BadHolds =>
    [
        "Grip-Hold: maybe\r\nGrip-Channel: a", "Grip-Hold: stream", "Grip-Hold: stream\r\nGrip-Channel: , ;", $"Grip-Hold: stream\r\nGrip-Channel: {new string('x', 256)}",
        $"Grip-Hold: stream\r\nGrip-Channel: {string.Join(',', Enumerable.Range(0, 1001).Select(i => $"c{i}"))}", "Grip-Hold: response\r\nGrip-Channel: a\r\nGrip-Timeout: 0",
        "Grip-Hold: response\r\nGrip-Channel: a\r\nGrip-Timeout: soon", "Grip-Hold: response\r\nGrip-Channel: a\r\nGrip-Timeout: 3601", "Grip-Hold: stream\r\nGrip-Channel: a\r\nGrip-Status: 99",
        "Grip-Hold: stream\r\nGrip-Channel: a\r\nGrip-Keep-Alive: x; format=odd", "Grip-Hold: stream\r\nGrip-Channel: a\r\nGrip-Keep-Alive: \\x; format=cstring",
        "Grip-Hold: stream\r\nGrip-Channel: a\r\nGrip-Keep-Alive: !; format=base64", "Grip-Hold: stream\r\nGrip-Channel: a\r\nGrip-Keep-Alive: x; timeout=0",
        "Grip-Hold: stream\r\nGrip-Channel: a\r\nGrip-Status: 204", "Grip-Hold: stream\r\nGrip-Channel: a\r\nGrip-Status: 205", "Grip-Hold: stream\r\nGrip-Channel: a\r\nGrip-Status: 304",
    ];

    public static TheoryData<string> BadItems =>
    [
        """{"items":{}}""", """{"items":[1]}""", """{"items":[{"formats":{}}]}""", """{"items":[{"channel":1,"formats":{}}]}""", """{"items":[{"channel":"","formats":{"http-stream":{"content":"x"}}}]}""",
        """{"items":[{"channel":"a"}]}""", """{"items":[{"channel":"a","formats":{"ws-message":{"content":"x"}}}]}""", """{"items":[{"channel":"a","formats":{"http-stream":{}}}]}""",
        """{"items":[{"channel":"a","formats":{"http-stream":{"content":1}}}]}""", """{"items":[{"channel":"a","formats":{"http-stream":{"content-bin":"!"}}}]}""",
        """{"items":[{"channel":"a","formats":{"http-stream":{"action":"jump"}}}]}""", """{"items":[{"channel":"a","id":1,"formats":{"http-stream":{"content":"x"}}}]}""",
        """{"items":[{"channel":"a","formats":{"http-response":{"code":99}}}]}""", """{"items":[{"channel":"a","formats":{"http-response":{"reason":"a\r\nb"}}}]}""",
        """{"items":[{"channel":"a","formats":{"http-response":{"headers":{"X":"a\r\nSet-Cookie: forged"}}}}]}""", """{"items":[{"channel":"a","formats":{"http-response":{"headers":{"X Y":"a"}}}}]}""",
        """{"items":[{"channel":"a","formats":{"http-response":{"headers":[["X"]]}}}]}""", """{"items":[{"channel":"a","formats":{"http-stream":{"content":"good"}}},{"channel":"a"}]}""", """{"items":[""", """{"items":[]}""",
        """{"\ud800":1}""", """{"\ud800":1,"items":[]}""",
    ];

    [Theory]
    [MemberData(nameof(BadHolds))]
    public async Task Hold_Bad_Is502AndSubscribesNothing(string headers)
    {
        await using var upstream = ScriptedUpstream.Answering($"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n{headers}\r\n\r\n");
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address);
        await using var connection = await fabric.ConnectAsync();

        await connection.GetAsync("/");

        Assert.Equal(502, connection.Status);
        Assert.Contains("bad-hand-off", await connection.ReadToEndAsync(), StringComparison.Ordinal);
        Assert.Equal(0, await fabric.Publisher.PublishAsync("a", "nobody"));
    }

    [Theory]
    [MemberData(nameof(BadItems))]
    public async Task Publish_Bad_Is400AndPublishesNothing(string items)
    {
        await using var upstream = ScriptedUpstream.Answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nGrip-Hold: stream\r\nGrip-Channel: a\r\n\r\n");
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address);
        await using var held = await SseClient.OpenAsync(fabric.At("/"));

        Assert.Equal(HttpStatusCode.BadRequest, await PublishAsync(fabric, items));

        await fabric.Publisher.PublishAsync("a", "later");
        Assert.Equal("later", await held.WaitForRawAsync("what came later", raw => raw.Length > 0));
    }

    [Fact]
    public async Task Hold_Stream_BeginsWithTheApplicationsAnswer()
    {
        await using var upstream = ScriptedUpstream.Answering(
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nGrip-Hold: stream\r\nGrip-Channel: a, b;prev-id=x ;filter=y\r\nGrip-Channel: c\r\nGrip-Status: 203\r\nSet-Cookie: s=1\r\nCache-Control: max-age=5\r\nContent-Type: x/y\r\nETag: \"1\"\r\n\r\nfirst");
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address);
        await using var connection = await fabric.ConnectAsync();

        await connection.GetAsync("/");
        await connection.ReadBodyUntilAsync("the application's body", body => body == "first");
        Assert.Equal(203, connection.Status);
        Assert.Equal("x/y", connection.Header("Content-Type"));
        Assert.Equal("s=1", connection.Header("Set-Cookie"));
        Assert.Equal("max-age=5", connection.Header("Cache-Control"));
        Assert.All(["Content-Length", "ETag", "Grip-Hold", "Grip-Channel", "Grip-Status"], name => Assert.Null(connection.Header(name)));
        Assert.Equal(HttpStatusCode.OK, await PublishAsync(fabric, """{"items":[{"channel":"b","formats":{"http-stream":{"content":"2\r\n\n"}}},{"channel":"c","id":"i","prev-id":"h","formats":{"http-stream":{"content-bin":"AP8="},"http-response":{}}}]}"""));
        await fabric.Publisher.PublishAsync("a", "plain");

        await connection.ReadBodyUntilAsync("all of it", _ => connection.BodyBytes.Length == 16);
        Assert.Equal([.. "first2\r\n\n"u8, 0, 255, .. "plain"u8], connection.BodyBytes);
    }

    [Theory]
    [InlineData("stream", 502)]
    [InlineData("response", 204)]
    public async Task Hold_AnswerOfAStatusWithoutBody_IsNoStream(string hold, int status)
    {
        await using var upstream = ScriptedUpstream.Answering($"HTTP/1.1 204 No Content\r\nGrip-Hold: {hold}\r\nGrip-Channel: a\r\nGrip-Timeout: 1\r\nGrip-Keep-Alive: x\r\n\r\n");
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address);
        await using var connection = await fabric.ConnectAsync();

        await connection.GetAsync("/");

        Assert.Equal(status, connection.Status);
    }

    [Theory]
    [InlineData("", 200)]
    [InlineData("encoded", 502)]
    public async Task Hold_StreamOfAnEncodedAnswer_IsPlainOrNone(string body, int status)
    {
        await using var upstream = ScriptedUpstream.Start(exchange => exchange.AnswerAsync(
            body, "Grip-Hold: stream\r\nGrip-Channel: a\r\nContent-Type: x/y\r\nContent-Encoding: gzip\r\nDigest: x\r\nAccept-Ranges: bytes\r\n"));
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address);
        await using var connection = await fabric.ConnectAsync();

        await connection.GetAsync("/");

        Assert.Equal(status, connection.Status);
        Assert.Equal(status == 200 ? "x/y" : "application/problem+json", connection.Header("Content-Type"));
        Assert.All(["Content-Encoding", "Digest", "Accept-Ranges"], name => Assert.Null(connection.Header(name)));
    }

    [Fact]
    public async Task Hold_ResponseAfterItemsForStreamsAlone_WaitsForItsOwn()
    {
        await using var upstream = ScriptedUpstream.Start(exchange => exchange.AnswerAsync("", exchange.RequestLine.Contains("/poll", StringComparison.Ordinal) ? "Grip-Hold: response\r\nGrip-Channel: a;prev-id=1\r\n" : "Grip-Hold: stream\r\nGrip-Channel: a\r\n"));
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address);
        await using var stream = await SseClient.OpenAsync(fabric.At("/"));
        foreach (var id in (string[])["1", "2"])
        {
            await PublishAsync(fabric, $$$$"""{"items":[{"channel":"a","id":"{{{{id}}}}","formats":{"http-stream":{"content":"{{{{id}}}}"}}}]}""");
        }

        await stream.WaitForRawAsync("both items", raw => raw == "12");
        await using var poll = await fabric.ConnectAsync();
        await poll.SendAsync("GET /poll HTTP/1.1\r\nHost: x\r\n\r\n");
        await Eventually.SeeAsync("the poll at its channel", () => fabric.Publisher.PublishAsync("a", ""), subscribers => subscribers == 2);
        await PublishAsync(fabric, """{"items":[{"channel":"a","formats":{"http-response":{"body":"good"}}}]}""");
        await poll.ReadHeadAsync();

        Assert.Equal("good", await poll.ReadToEndAsync());
    }

    [Theory]
    [InlineData("a;b; timeout=1", "a;b")]
    [InlineData("\\r\\n\\t\\\\; format=cstring; timeout=1", "\r\n\t\\")]
    [InlineData("AGE=; timeout=1; format=base64", "\0a")]
    public async Task KeepAlive_InSilence_IsTheApplications(string header, string sent)
    {
        await using var upstream = ScriptedUpstream.Answering($"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nGrip-Hold: stream\r\nGrip-Channel: a\r\nGrip-Keep-Alive: {header}\r\n\r\n");
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address);
        await using var connection = await fabric.ConnectAsync();

        await connection.GetAsync("/");

        await connection.ReadBodyUntilAsync("two keep-alives", body => body.StartsWith(sent + sent, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("no JSON")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"formats":{"http-stream":1}}""")]
    [InlineData("""{"formats":{"http-response":{"code":"x"}}}""")]
    [InlineData("""{"formats":{"http-response":{"headers":{"X":"a\r\nSet-Cookie: forged"}}}}""")]
    [InlineData("""{"id":"\ud800","formats":{"http-stream":{"content":"\ud800"}}}""")]
    public async Task Event_OfTheTypeThatIsNoItem_IsPlainContent(string data)
    {
        await using var upstream = ScriptedUpstream.Start(exchange => exchange.AnswerAsync("", exchange.RequestLine.Contains("/poll", StringComparison.Ordinal) ? "Grip-Hold: response\r\nGrip-Channel: a;prev-id=1\r\n" : "Grip-Hold: stream\r\nGrip-Channel: a\r\n"));
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address);
        await using var stream = await SseClient.OpenAsync(fabric.At("/"));
        await using var poll = await fabric.ConnectAsync();
        await poll.SendAsync("GET /poll HTTP/1.1\r\nHost: x\r\n\r\n");
        await Eventually.SeeAsync("both at the channel", () => fabric.Publisher.PublishAsync("a", ""), subscribers => subscribers == 2);
        using var client = new HttpClient();

        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(data));
        using var published = await client.PostAsync(fabric.At("/channels/a/events?event=grip"), content, TestContext.Current.CancellationToken);
        await PublishAsync(fabric, """{"items":[{"channel":"a","formats":{"http-response":{"body":"good"}}}]}""");
        await poll.ReadHeadAsync();

        Assert.Equal(HttpStatusCode.OK, published.StatusCode);
        Assert.Equal("good", await poll.ReadToEndAsync());
        await stream.WaitForRawAsync("the data as it is", raw => raw == data);
    }

    [Fact]
    public async Task Close_EndsTheStreamInOrderAndNothingElse()
    {
        await using var upstream = ScriptedUpstream.Start(exchange => exchange.AnswerAsync("", exchange.RequestLine.Contains("/held", StringComparison.Ordinal) ? "Grip-Hold: stream\r\nGrip-Channel: a\r\n" : "X-SSE-OFFLOAD: a\r\n"));
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address);
        await using var held = await fabric.ConnectAsync();
        await using var native = await SseClient.JoinAsync(fabric.At("/"));
        await held.GetAsync("/held");

        await PublishAsync(fabric, """{"items":[{"channel":"a","formats":{"http-stream":{"content":"last"}}},{"channel":"a","formats":{"http-stream":{"action":"close","content":"!"}}},{"channel":"a","formats":{"http-stream":{"content":"never"}}}]}""");

        Assert.Equal("last!", await held.ReadToEndAsync());
        Assert.Equal("last", (await native.NextAsync()).Text);
        await Eventually.SeeAsync("the other stream alone", () => fabric.Publisher.PublishAsync("a", "x"), subscribers => subscribers == 1);
    }

    [Fact]
    public async Task Request_ToTheApplication_SaysThatItMayHold()
    {
        await using var upstream = ScriptedUpstream.Start(exchange => exchange.AnswerAsync("ok", "Grip-Link: x\r\n"));
        await using var on = await GovernedFabric.StartAsync(upstream.Address);
        await using var off = await GovernedFabric.StartAsync(upstream.Address, "--Fabric:HandOff:Grip=false");
        await using var connection = await on.ConnectAsync();
        await using var other = await off.ConnectAsync();

        await connection.GetAsync("/", "Grip-Sig: forged");
        await other.GetAsync("/", "Grip-Sig: forged");

        Assert.Equal("unsigned", upstream.Exchanges[0].Header("Grip-Sig"));
        Assert.Null(upstream.Exchanges[1].Header("Grip-Sig"));
        Assert.Null(connection.Header("Grip-Link"));
        Assert.Equal("x", other.Header("Grip-Link"));
    }

    [Fact]
    public async Task Request_WithSigningKey_CarriesAToken()
    {
        const string key = "a key of 16 or more";
        await using var upstream = ScriptedUpstream.Start(exchange => exchange.AnswerAsync("ok"));
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address, $"--Fabric:HandOff:SigningKey={key}");
        await using var connection = await fabric.ConnectAsync();

        await connection.GetAsync("/");

        var token = upstream.Exchanges[0].Header("Grip-Sig")!.Split('.');
        Assert.Equal("""{"typ":"JWT","alg":"HS256"}""", Encoding.ASCII.GetString(Base64Url.DecodeFromChars(token[0])));
        var claims = JsonElement.Parse(Base64Url.DecodeFromChars(token[1]));
        Assert.InRange(claims.GetProperty("exp").GetInt64() - TimeProvider.System.GetUtcNow().ToUnixTimeSeconds(), 3500, 3600);
        Assert.Equal(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.ASCII.GetBytes($"{token[0]}.{token[1]}")), Base64Url.DecodeFromChars(token[2]));
    }

    [Fact]
    public async Task Hold_ResponseAndHead_IsTheApplicationsHead()
    {
        await using var upstream = ScriptedUpstream.Answering("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nGrip-Hold: response\r\nGrip-Channel: a\r\nX-Own: 1\r\n\r\n");
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address);
        await using var connection = await fabric.ConnectAsync();

        await connection.SendAsync("HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        await connection.ReadHeadAsync();
        await connection.WaitForCloseAsync();

        Assert.Equal(200, connection.Status);
        Assert.Equal("1", connection.Header("X-Own"));
    }

    [Fact]
    public async Task Hold_ClientGoesAway_LeavesTheChannel()
    {
        await using var upstream = ScriptedUpstream.Answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nGrip-Hold: response\r\nGrip-Channel: a\r\n\r\n");
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address);
        await using (var connection = await fabric.ConnectAsync())
        {
            await connection.SendAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
            await Eventually.SeeAsync("the poll at its channel", () => fabric.Publisher.PublishAsync("a", "x"), subscribers => subscribers == 1);
        }

        await Eventually.SeeAsync("nobody at the channel", () => fabric.Publisher.PublishAsync("a", "x"), subscribers => subscribers == 0);
    }

    [Fact]
    public async Task Hold_BodyTooLarge_Is502()
    {
        await using var upstream = ScriptedUpstream.Start(exchange => exchange.AnswerAsync(new string('x', (1 << 20) + 1), "Grip-Hold: stream\r\nGrip-Channel: a\r\n"));
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address);
        await using var connection = await fabric.ConnectAsync();

        await connection.GetAsync("/");

        Assert.Equal(502, connection.Status);
    }

    private static async Task<HttpStatusCode> PublishAsync(GovernedFabric fabric, string items)
    {
        using var client = new HttpClient();
        using var content = new StringContent(items, Encoding.UTF8, "application/json");
        using var response = await client.PostAsync(fabric.At("/publish/"), content, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }
}
