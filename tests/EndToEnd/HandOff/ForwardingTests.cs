using System.Net;
using System.Text;
using SseFabric.TestKit.Http;
using SseFabric.TestKit.Processes;
using SseFabric.TestKit.Waiting;

namespace SseFabric.EndToEnd.HandOff;

/// <summary>What isn't a hand-off passes through, both ways.</summary>
[Trait("Suite", "EndToEnd")]
public sealed class ForwardingTests
{
    public static TheoryData<string, string> Targets => new()
    {
        { "/", "/" },
        { "/a?b=c&b=d", "/a?b=c&b=d" },
        { "/a?", "/a?" },
        { "/a?b?c", "/a?b?c" },
        { "//evil.example/x", "//evil.example/x" },
        { "/a//b///", "/a//b///" },
        { "/a/../b/./c", "/a/../b/./c" },
        { "/../../etc", "/../../etc" },
        { "/%2e%2e/%2E%2e/x", "/%2e%2e/%2E%2e/x" },
        { "/a%2fb%zz%", "/a%2fb%zz%" },
        { "/a%0d%0aX-Injected:%201", "/a%0d%0aX-Injected:%201" },
        { "/caf%c3%a9?%C3%A9=+", "/caf%c3%a9?%C3%A9=+" },
        { "/a;b=c,d:e@f!$&'()*~", "/a;b=c,d:e@f!$&'()*~" },
        { "/a\\b|\"<>^`{}[]#c", "/a\\b|\"<>^`{}[]#c" },
        { "http://localhost/abs/../x?y", "/abs/../x?y" },
        { "http://localhost", "/" },
        { "http://localhost?y", "/?y" },
    };

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task Target_AsReceived_ReachesTheApplication(string target, string expected)
    {
        await using var upstream = ScriptedUpstream.Start(exchange => exchange.AnswerAsync("ok"));
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address);
        await using var connection = await fabric.ConnectAsync();

        await connection.GetAsync(target);
        Assert.Equal("ok", await connection.ReadToEndAsync());

        Assert.Equal($"GET {expected} HTTP/1.1", upstream.Exchanges.Single().RequestLine);
        Assert.Equal("localhost", upstream.Exchanges.Single().Header("Host"));
    }

    [Theory]
    [InlineData("GET /a\rb HTTP/1.1\r\nHost: x")]
    [InlineData("GET /a\tb HTTP/1.1\r\nHost: x")]
    [InlineData("GET /a\u007fb HTTP/1.1\r\nHost: x")]
    [InlineData("GET /a b HTTP/1.1\r\nHost: x")]
    [InlineData("GET /a%00b HTTP/1.1\r\nHost: x")]
    [InlineData("GET /é HTTP/1.1\r\nHost: x")]
    [InlineData("OPTIONS * HTTP/1.1\r\nHost: x")]
    [InlineData("GET a HTTP/1.1\r\nHost: x")]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\nX-Name : 1")]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\nX-Name: a\rb")]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\nX-Name: a\0b")]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\nX-Name: a\r\n folded")]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\nHost: y")]
    [InlineData("GET / HTTP/1.1")]
    [InlineData("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6")]
    [InlineData("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +5")]
    [InlineData("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked")]
    [InlineData("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, identity")]
    public async Task Request_Malformed_NeverReachesTheApplication(string head)
    {
        await using var upstream = ScriptedUpstream.Start(exchange => exchange.AnswerAsync("ok"));
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address);
        await using var connection = await fabric.ConnectAsync();

        await connection.SendAsync(head + "\r\n\r\n");
        await connection.ReadHeadAsync();

        Assert.InRange(connection.Status, 400, 499);
        Assert.Empty(upstream.Exchanges);
    }

    [Theory]
    [InlineData("CONNECT x:80 HTTP/1.1\r\nHost: x:80")]
    [InlineData("GET /chat HTTP/1.1\r\nHost: x\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")]
    public async Task Tunnel_IsRefusedWith501(string head)
    {
        await using var upstream = ScriptedUpstream.Start(exchange => exchange.AnswerAsync("ok"));
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address);
        await using var connection = await fabric.ConnectAsync();

        await connection.SendAsync(head + "\r\n\r\n");
        await connection.ReadHeadAsync();

        Assert.Equal(501, connection.Status);
        Assert.Empty(upstream.Exchanges);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("DELETE")]
    [InlineData("OPTIONS")]
    [InlineData("PROPFIND")]
    [InlineData("X-OWN")]
    public async Task Method_WithoutBody_ReachesTheApplication(string method)
    {
        await using var upstream = ScriptedUpstream.Start(exchange => exchange.AnswerAsync("ok"));
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address);
        await using var connection = await fabric.ConnectAsync();

        await connection.SendAsync($"{method} / HTTP/1.1\r\nHost: x\r\n\r\n");
        await connection.ReadHeadAsync();

        Assert.Equal("ok", await connection.ReadToEndAsync());
        Assert.StartsWith($"{method} / HTTP/1.1", upstream.Exchanges.Single().Head, StringComparison.Ordinal);
        Assert.Null(upstream.Exchanges.Single().Header("Transfer-Encoding"));
    }

    [Theory]
    [InlineData("Content-Length: 5", "hello", "hello")]
    [InlineData("Content-Length: 0", "", "")]
    [InlineData("Transfer-Encoding: chunked", "2\r\nhe\r\n3;ext=\"x\"\r\nllo\r\n0\r\nX-Trailer: 1\r\n\r\n", "hello")]
    [InlineData("Transfer-Encoding: chunked", "0\r\n\r\n", "")]
    public async Task RequestBody_AsFramed_ReachesTheApplication(string framing, string wire, string body)
    {
        await using var upstream = ScriptedUpstream.Start(async exchange =>
        {
            await exchange.ReadBodyAsync();
            await exchange.AnswerAsync("ok");
        });
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address);
        await using var connection = await fabric.ConnectAsync();

        await connection.SendAsync($"POST / HTTP/1.1\r\nHost: x\r\nContent-Type: text/x\r\n{framing}\r\n\r\n{wire}");
        await connection.ReadHeadAsync();

        Assert.Equal("ok", await connection.ReadToEndAsync());
        var exchange = upstream.Exchanges.Single();
        Assert.Equal(body, exchange.Body);
        Assert.Equal("text/x", exchange.Header("Content-Type"));
        Assert.Contains(framing, exchange.Head, StringComparison.Ordinal);
        Assert.DoesNotContain("X-Trailer", exchange.Wire, StringComparison.Ordinal);
        Assert.DoesNotContain("ext", exchange.Wire, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RequestBody_LengthAndChunks_IsFramedOnceOnly()
    {
        // The smuggler's hope: one of both believes the length and takes the rest for a request of its own.
        await using var upstream = ScriptedUpstream.Start(async exchange =>
        {
            await exchange.ReadBodyAsync();
            await exchange.AnswerAsync("ok");
        });
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address);
        await using var connection = await fabric.ConnectAsync();

        await connection.SendAsync("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n1f\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n0\r\n\r\n");
        await connection.ReadHeadAsync();
        await connection.WaitForCloseAsync();

        Assert.All(upstream.Exchanges, exchange =>
        {
            Assert.Equal("POST / HTTP/1.1", exchange.RequestLine);
            Assert.Null(exchange.Header("Content-Length"));
            Assert.Equal("chunked", exchange.Header("Transfer-Encoding"));
        });
        Assert.True(upstream.Exchanges.Count == 1 || connection.Status == 400, connection.StatusLine);
    }

    [Theory]
    [InlineData("x\r\n")]
    [InlineData("5\r\nhelloX")]
    [InlineData("ffffffffffffffffff\r\n")]
    [InlineData("-1\r\n")]
    public async Task RequestBody_BadChunk_Is400AndNoWholeRequestForTheApplication(string chunk)
    {
        await using var upstream = ScriptedUpstream.Start(async exchange =>
        {
            await exchange.ReadBodyAsync();
            await exchange.AnswerAsync("ok");
        });
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address);
        await using var connection = await fabric.ConnectAsync();

        await connection.SendAsync($"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n{chunk}\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n");
        await connection.ReadHeadAsync();

        Assert.Equal(400, connection.Status);
        await connection.WaitForCloseAsync();
        Assert.DoesNotContain(upstream.Exchanges, exchange => exchange.Head.Contains("smuggled", StringComparison.Ordinal));
        await Eventually.SeeAsync("no request at the application", () => upstream.Open, open => open == 0);
    }

    [Fact]
    public async Task RequestHeaders_OfTheConnection_AreNotPassedOn()
    {
        await using var upstream = ScriptedUpstream.Start(exchange => exchange.AnswerAsync("ok"));
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address);
        await using var connection = await fabric.ConnectAsync();

        await connection.GetAsync(
            "/", "Connection: X-Hop , x-other", "X-Hop: 1", "X-Other: 1", "Keep-Alive: timeout=5", "Proxy-Connection: keep-alive", "TE: trailers", "Upgrade: h2c", "Trailer: X-T", "Proxy-Authorization: Basic eDp5",
            "Authorization: Basic eDp5", "Cookie: a=1", "Cookie: b=2", "X-Many: 1", "X-Many: 2", "X-Utf8: café", "Accept-Encoding: gzip, br", "If-None-Match: \"1\", W/\"2\"", "User-Agent: odd (agent/1", "Range: bytes=0-1", "Last-Event-ID: 42");
        Assert.Equal("ok", await connection.ReadToEndAsync());

        var exchange = upstream.Exchanges.Single();
        Assert.All(["Connection", "X-Hop", "X-Other", "Keep-Alive", "Proxy-Connection", "TE", "Upgrade", "Trailer", "Proxy-Authorization"], name => Assert.Null(exchange.Header(name)));
        Assert.Equal("Basic eDp5", exchange.Header("Authorization"));
        Assert.Equal("a=1; b=2", exchange.Header("Cookie"));
        Assert.Equal("1, 2", exchange.Header("X-Many"));
        Assert.Equal("café", Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(exchange.Header("X-Utf8")!)));
        Assert.Equal("gzip, br", exchange.Header("Accept-Encoding"));
        Assert.Equal("\"1\", W/\"2\"", exchange.Header("If-None-Match"));
        Assert.Equal("odd (agent/1", exchange.Header("User-Agent"));
        Assert.Equal("bytes=0-1", exchange.Header("Range"));
        Assert.Equal("42", exchange.Header("Last-Event-ID"));
    }

    [Fact]
    public async Task Forwarded_OfAnUnknownPeer_IsReplaced()
    {
        await using var upstream = ScriptedUpstream.Start(exchange => exchange.AnswerAsync("ok"));
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address);
        await using var connection = await fabric.ConnectAsync();

        await connection.GetAsync("/", "X-Forwarded-For: 10.9.8.7", "X-Forwarded-Proto: https", "X_Forwarded_For: 10.9.8.7", "X-Forwarded-Port: 443", "Forwarded: for=10.9.8.7", "X-Real-IP: 10.9.8.7");
        await connection.ReadToEndAsync();

        var exchange = upstream.Exchanges.Single();
        Assert.Equal("127.0.0.1", exchange.Header("X-Forwarded-For"));
        Assert.Equal("http", exchange.Header("X-Forwarded-Proto"));
        Assert.Equal("localhost", exchange.Header("X-Forwarded-Host"));
        Assert.DoesNotContain("10.9.8.7", exchange.Head, StringComparison.Ordinal);
        Assert.Null(exchange.Header("X-Forwarded-Port"));
    }

    [Fact]
    public async Task Forwarded_OfAKnownProxy_IsAddedTo()
    {
        await using var upstream = ScriptedUpstream.Start(exchange => exchange.AnswerAsync("ok"));
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address, "--Fabric:KnownProxies:0=127.0.0.0/8");
        await using var connection = await fabric.ConnectAsync();

        await connection.GetAsync("/", "X-Forwarded-For: 10.9.8.7", "X-Forwarded-For: 10.9.8.6", "X-Forwarded-Proto: https", "X-Forwarded-Host: example.org", "X-Forwarded-Port: 443", "Forwarded: for=10.9.8.7");
        await connection.ReadToEndAsync();

        var exchange = upstream.Exchanges.Single();
        Assert.Equal("10.9.8.7, 10.9.8.6, 127.0.0.1", exchange.Header("X-Forwarded-For"));
        Assert.Equal("https", exchange.Header("X-Forwarded-Proto"));
        Assert.Equal("example.org", exchange.Header("X-Forwarded-Host"));
        Assert.Equal("443", exchange.Header("X-Forwarded-Port"));
        Assert.Equal("for=10.9.8.7", exchange.Header("Forwarded"));
    }

    [Fact]
    public async Task Answer_AsItIs_ReachesTheClient()
    {
        byte[] body = [.. Enumerable.Range(0, 256).Select(value => (byte)value)];
        await using var upstream = ScriptedUpstream.Start(async exchange =>
        {
            await exchange.SendAsync(
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
                + "HTTP/1.1 299 Own Words\r\nContent-Length: 256\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2, c\r\nX-oDd: vAlue\r\nX-Many: 1\r\nX-Many: 2\r\nContent-Encoding: br\r\nContent-Type: x/y; Z=\"é\"\r\n"
                + "Content-Language: de, en\r\nExpires: 0\r\nLast-Modified: yesterday\r\nETag: odd\r\nServer: own/1\r\nDate: Mon, 01 Jan 2001 00:00:00 GMT\r\nAge: x\r\nVary: *\r\nX-Empty:\r\nLocation: //é\r\n"
                + "Cache-Control: odd odd\r\nConnection: X-Hop\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\nAlt-Svc: h3=\":443\"\r\n\r\n");
            await exchange.SendAsync(body);
        });
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address);
        await using var connection = await fabric.ConnectAsync();

        await connection.GetAsync("/");
        await connection.ReadToEndAsync();

        Assert.Equal("HTTP/1.1 299 Own Words", connection.StatusLine);
        Assert.Equal(body, connection.BodyBytes);
        (string Name, string? Value)[] headers =
        [
            ("Content-Length", "256"), ("Set-Cookie", "a=1, b=2, c"), ("X-oDd", "vAlue"), ("X-Many", "1, 2"), ("Content-Encoding", "br"), ("Content-Language", "de, en"), ("Expires", "0"), ("Last-Modified", "yesterday"),
            ("ETag", "odd"), ("Server", "own/1"), ("Date", "Mon, 01 Jan 2001 00:00:00 GMT"), ("Age", "x"), ("Vary", "*"), ("X-Empty", ""), ("Cache-Control", "odd odd"), ("Alt-Svc", "h3=\":443\""), ("Link", null), ("X-Hop", null), ("Keep-Alive", null), ("Connection", null),
            ("Transfer-Encoding", null), ("X-Accel-Buffering", null),
        ];
        Assert.All(headers, header => Assert.Equal(header.Value, connection.Header(header.Name)));

        // One byte of Latin-1, as it was sent.
        Assert.Equal("//\ufffd", connection.Header("Location"));
        Assert.Equal("x/y; Z=\"\ufffd\"", connection.Header("Content-Type"));
    }

    [Theory]
    [InlineData("HTTP/1.1 204 No Content\r\nX-A: 1", "204 No Content", null)]
    [InlineData("HTTP/1.1 304 Not Modified\r\nETag: \"1\"\r\nContent-Length: 1234", "304 Not Modified", "1234")]
    [InlineData("HTTP/1.1 404 Not Found\r\nContent-Length: 0", "404 Not Found", "0")]
    [InlineData("HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0", "500 Internal Server Error", "0")]
    public async Task Answer_WithoutBody_StaysWithout(string wire, string status, string? length)
    {
        await using var upstream = ScriptedUpstream.Answering(wire + "\r\n\r\n");
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address);
        await using var connection = await fabric.ConnectAsync();

        await connection.GetAsync("/", "Connection: close");
        await connection.WaitForCloseAsync();

        Assert.Equal("HTTP/1.1 " + status, connection.StatusLine);
        Assert.Equal(length, connection.Header("Content-Length"));
        Assert.Null(connection.Header("Transfer-Encoding"));
        Assert.Null(connection.Header("Content-Type"));
        Assert.Equal("", connection.Body);
    }

    [Fact]
    public async Task Head_KeepsLengthWithoutBody()
    {
        await using var upstream = ScriptedUpstream.Answering("HTTP/1.1 200 OK\r\nContent-Length: 1234\r\nContent-Type: x/y\r\n\r\n");
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address);
        await using var connection = await fabric.ConnectAsync();

        for (var i = 0; i < 2; i++)
        {
            await connection.SendAsync("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n");
            await connection.ReadHeadAsync();

            Assert.Equal(200, connection.Status);
            Assert.Equal("1234", connection.Header("Content-Length"));
        }

        Assert.Equal("HEAD / HTTP/1.1", upstream.Exchanges[1].RequestLine);
        Assert.Equal(1, upstream.Connections);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-T\r\n\r\n2;x=y\r\nhe\r\n3\r\nllo\r\n0\r\nX-T: 1\r\n\r\n", false)]
    [InlineData("HTTP/1.1 200 OK\r\n\r\nhello", true)]
    [InlineData("HTTP/1.0 200 OK\r\n\r\nhello", true)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n5\r\nhello\r\n0\r\n\r\n", false)]
    public async Task Answer_HoweverFramed_IsWhole(string wire, bool endsByClose)
    {
        await using var upstream = ScriptedUpstream.Start(async exchange =>
        {
            await exchange.SendAsync(wire);
            if (endsByClose)
            {
                exchange.Close();
            }
        });
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address);
        await using var connection = await fabric.ConnectAsync();
        await using var old = await fabric.ConnectAsync();

        await connection.GetAsync("/");
        await old.SendAsync("GET / HTTP/1.0\r\n\r\n");
        await old.ReadHeadAsync();

        Assert.Equal("hello", await connection.ReadToEndAsync());
        Assert.Equal("chunked", connection.Header("Transfer-Encoding"));
        Assert.Null(connection.Header("Content-Length"));
        await old.WaitForCloseAsync();
        Assert.Equal("hello", await old.ReadToEndAsync());
        Assert.Null(old.Header("Transfer-Encoding"));
    }

    [Fact]
    public async Task Answer_InParts_IsPassedOnAsItComes()
    {
        var more = new TaskCompletionSource();
        await using var upstream = ScriptedUpstream.Start(async exchange =>
        {
            await exchange.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n");
            await exchange.SendAsync("ab");
            await more.Task;
            await exchange.SendAsync("cd");
        });
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address);
        await using var connection = await fabric.ConnectAsync();

        await connection.GetAsync("/");
        await connection.ReadBodyUntilAsync("the first part", body => body == "ab");
        more.SetResult();

        Assert.Equal("abcd", await connection.ReadToEndAsync());
    }

    [Fact]
    public async Task Connection_IsKeptForTheNextRequest()
    {
        await using var upstream = ScriptedUpstream.Start(exchange => exchange.AnswerAsync(exchange.RequestLine, "Set-Cookie: a=1\r\n"));
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address);
        await using var connection = await fabric.ConnectAsync();

        for (var i = 0; i < 20; i++)
        {
            await connection.GetAsync($"/{i}");
            Assert.Equal($"GET /{i} HTTP/1.1", await connection.ReadToEndAsync());
        }

        Assert.Equal(1, upstream.Connections);
        Assert.DoesNotContain(upstream.Exchanges, exchange => exchange.Header("Cookie") is not null);
    }

    [Fact]
    public async Task Connection_ClosedByTheApplicationWhileIdle_IsReplaced()
    {
        await using var upstream = ScriptedUpstream.Start(async exchange =>
        {
            await exchange.AnswerAsync("ok");
            exchange.Close();
        });
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address);
        await using var connection = await fabric.ConnectAsync();

        for (var i = 0; i < 200; i++)
        {
            await connection.GetAsync("/");
            Assert.Equal("ok", await connection.ReadToEndAsync());
        }
    }

    [Theory]
    [InlineData("GET", "", 200, 3)]
    [InlineData("DELETE", "", 200, 3)]
    [InlineData("POST", "", 502, 2)]
    [InlineData("POST", "Content-Length: 0\r\n", 502, 2)]
    [InlineData("PURGE", "", 502, 2)]
    public async Task Connection_ClosedByTheApplicationInsteadOfAnAnswer_IsTriedAgainOnlyWhereThatIsSafe(string method, string header, int status, int requests)
    {
        // The second request of a connection is taken, perhaps carried out, and not answered.
        await using var upstream = ScriptedUpstream.Start(async exchange =>
        {
            if (exchange.IsFirst)
            {
                await exchange.AnswerAsync("ok");
            }
            else
            {
                exchange.Close();
            }
        });
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address);
        await using var connection = await fabric.ConnectAsync();
        await connection.GetAsync("/");
        await connection.ReadToEndAsync();

        await connection.SendAsync($"{method} / HTTP/1.1\r\nHost: x\r\n{header}\r\n");
        await connection.ReadHeadAsync();

        Assert.Equal(status, connection.Status);
        Assert.Equal(requests, upstream.Exchanges.Count);
    }

    [Fact]
    public async Task Redirect_IsTheClientsToFollow()
    {
        await using var upstream = ScriptedUpstream.Answering("HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n");
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address);
        await using var connection = await fabric.ConnectAsync();

        await connection.GetAsync("/");

        Assert.Equal(302, connection.Status);
        Assert.Equal("/elsewhere", connection.Header("Location"));
        Assert.Single(upstream.Exchanges);
    }

    [Fact]
    public async Task Http2_Client_IsForwarded()
    {
        var port = FreePort.Next();
        await using var upstream = ScriptedUpstream.Start(async exchange =>
        {
            await exchange.ReadBodyAsync();
            await exchange.AnswerAsync("ok", exchange.RequestLine.Contains("/stream", StringComparison.Ordinal) ? "X-SSE-OFFLOAD: a\r\n" : "Connection: close\r\nKeep-Alive: x\r\n");
        });
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address, $"--Fabric:H2c:Listen=127.0.0.1:{port}");
        using var invoker = SseClient.NewInvoker();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://127.0.0.1:{port}/a?b") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = new StringContent("hello") };

        using var response = await invoker.SendAsync(request, TestContext.Current.CancellationToken);
        await using var subscriber = await SseClient.JoinAsync(new Uri($"http://127.0.0.1:{port}/stream"), new SseRequest { Version = HttpVersion.Version20 });
        await fabric.Publisher.PublishAsync("a", "1");

        Assert.Equal("ok", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal("hello", upstream.Exchanges[0].Body);
        Assert.Equal("POST /a?b HTTP/1.1", upstream.Exchanges[0].RequestLine);
        Assert.Equal($"127.0.0.1:{port}", upstream.Exchanges[0].Header("Host"));
        Assert.Equal("1", (await subscriber.NextAsync()).Text);
    }
}
