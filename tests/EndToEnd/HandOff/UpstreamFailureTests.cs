using SseFabric.TestKit.Http;
using SseFabric.TestKit.Processes;
using SseFabric.TestKit.Waiting;

namespace SseFabric.EndToEnd.HandOff;

/// <summary>Applications, and clients, that don't keep to what they should.</summary>
[Trait("Suite", "EndToEnd")]
public sealed class UpstreamFailureTests
{
    public static TheoryData<string, string> BadAnswers => new()
    {
        { "no HTTP", "SSH-2.0-OpenSSH_9.6\r\n\r\n" },
        { "no status", "HTTP/1.1 \r\n\r\n" },
        { "a status of letters", "HTTP/1.1 abc OK\r\n\r\n" },
        { "a status below 100", "HTTP/1.1 099 Odd\r\nContent-Length: 0\r\n\r\n" },
        { "an upgrade that nobody asked for", "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n" },
        { "a line without colon", "HTTP/1.1 200 OK\r\nnonsense\r\nContent-Length: 0\r\n\r\n" },
        { "a name with a space", "HTTP/1.1 200 OK\r\nX A: 1\r\nContent-Length: 0\r\n\r\n" },
        { "two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 5\r\n\r\nhello" },
        { "two lengths in one", "HTTP/1.1 200 OK\r\nContent-Length: 2, 5\r\n\r\nhello" },
        { "a negative length", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nhello" },
        { "a length that is none", "HTTP/1.1 200 OK\r\nContent-Length: 5x\r\n\r\nhello" },
        { "a control character in a value", "HTTP/1.1 200 OK\r\nX-A: a\u0001b\r\nContent-Length: 0\r\n\r\n" },
        { "a head of 100 KiB", $"HTTP/1.1 200 OK\r\nX-A: {new string('x', 100 << 10)}\r\nContent-Length: 0\r\n\r\n" },
        { "a head that doesn't end", "HTTP/1.1 200 OK\r\n" + string.Concat(Enumerable.Repeat("X-A: 1\r\n", 20_000)) },
        { "half a head", "HTTP/1.1 200 OK\r\nContent-Le" },
        { "nothing", "" },
    };

    [Fact]
    public async Task Upstream_Refuses_Is502()
    {
        await using var fabric = await GovernedFabric.StartAsync(new Uri($"http://127.0.0.1:{FreePort.Next()}"));
        await using var connection = await fabric.ConnectAsync();

        await connection.GetAsync("/");

        Assert.Equal(502, connection.Status);
        Assert.Contains("application-unreachable", await connection.ReadToEndAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain("127.0.0.1", connection.Body, StringComparison.Ordinal);
    }

    /// <summary>An application is started anew: the streams that come meanwhile are told to come back, and are served then.</summary>
    [Fact]
    public async Task Upstream_GoneAndBack_AnEventSourceIsToldToComeBack()
    {
        var port = FreePort.Next();
        await using var fabric = await GovernedFabric.StartAsync(new Uri($"http://127.0.0.1:{port}"), "--Fabric:Stream:Retry=00:00:01");
        await using var away = await fabric.ConnectAsync();

        await away.GetAsync("/feed", "Accept: text/event-stream");
        Assert.Equal((200, "upstream", "text/event-stream"), (away.Status, away.Header("X-SSE-Busy"), away.Header("Content-Type")));
        Assert.Matches(@"\Aretry: [12]\d\d\d\n: The application gave no answer; come back later\.\n\n\z", await away.ReadToEndAsync());

        await using var upstream = ScriptedUpstream.Answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX-SSE-OFFLOAD: a\r\n\r\n", port);
        await using var back = await fabric.ConnectAsync();
        await back.GetAsync("/feed", "Accept: text/event-stream");
        Assert.Equal((200, null), (back.Status, back.Header("X-SSE-Busy")));
        Assert.StartsWith("id: ", await back.ReadBodyUntilAsync("the first block", body => body.EndsWith("\n\n", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "text/event-stream", "native", "", 200)]
    [InlineData("GET", "text/event-stream", "native", "HTTP/1.1 200 OK\r\nContent-Le", 200)]
    [InlineData("GET", "text/event-stream", "uwsgi", "", 502)]
    [InlineData("GET", "*/*", "native", "", 502)]
    [InlineData("POST", "text/event-stream", "native", "", 502)]
    [InlineData("HEAD", "text/event-stream", "native", "", 502)]
    [InlineData("GET", "text/event-stream", "native", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX-SSE-OFFLOAD: \r\n\r\n", 502)]
    [InlineData("GET", "text/event-stream", "native", "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", 503)]
    public async Task Upstream_NoAnswer_IsBusyToAnEventSourceOnly(string method, string accept, string profile, string answer, int status)
    {
        await using var upstream = ScriptedUpstream.Start(async exchange =>
        {
            await exchange.SendAsync(answer);
            exchange.Close();
        });
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address, $"--Fabric:Routes:0:Profile={profile}");
        await using var connection = await fabric.ConnectAsync();

        await connection.SendAsync($"{method} / HTTP/1.1\r\nHost: localhost\r\nAccept: {accept}\r\nContent-Length: 0\r\n\r\n");
        await connection.ReadHeadAsync();

        Assert.Equal((status, status == 200 ? "upstream" : null), (connection.Status, connection.Header("X-SSE-Busy")));
    }

    [Fact]
    public async Task Upstream_HangsForAnEventSource_IsBusy()
    {
        await using var upstream = ScriptedUpstream.Start(exchange => exchange.HangAsync());
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address, "--Fabric:HandOff:Timeout=00:00:00.3");
        await using var connection = await fabric.ConnectAsync();

        await connection.GetAsync("/", "Accept: text/event-stream");

        Assert.Equal((200, "upstream"), (connection.Status, connection.Header("X-SSE-Busy")));
    }

    /// <summary>The application would say which pages may read it, and isn't there: those count that may read streams.</summary>
    [Theory]
    [InlineData("https://page.example", "https://page.example", "true", "Origin")]
    [InlineData("*", "*", null, null)]
    [InlineData("https://other.example", null, null, null)]
    public async Task Upstream_Away_APageOfAListedOriginMayReadIt(string listed, string? allowed, string? credentials, string? vary)
    {
        await using var fabric = await GovernedFabric.StartAsync(new Uri($"http://127.0.0.1:{FreePort.Next()}"), $"--Fabric:Stream:Cors:Origins:0={listed}");
        await using var connection = await fabric.ConnectAsync();

        await connection.GetAsync("/feed", "Accept: text/event-stream", "Origin: https://page.example");

        Assert.Equal((200, "upstream"), (connection.Status, connection.Header("X-SSE-Busy")));
        Assert.Equal(
            (allowed, credentials, vary),
            (connection.Header("Access-Control-Allow-Origin"), connection.Header("Access-Control-Allow-Credentials"), connection.Header("Vary")));
        Assert.Equal(allowed is not null, connection.Header("Access-Control-Expose-Headers")?.Contains("X-SSE-Busy", StringComparison.Ordinal) is true);
    }

    [Fact]
    public async Task Upstream_NameThatDoesNotExist_Is502()
    {
        await using var fabric = await GovernedFabric.StartAsync(new Uri("http://no-such-host.invalid"));
        await using var connection = await fabric.ConnectAsync();

        await connection.GetAsync("/");

        Assert.Equal(502, connection.Status);
    }

    [Fact]
    public async Task Upstream_HangsBeforeItsHead_Is504()
    {
        var closed = new TaskCompletionSource();
        await using var upstream = ScriptedUpstream.Start(async exchange =>
        {
            await exchange.SendAsync("HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200");
            await exchange.WaitForCloseAsync();
            closed.SetResult();
        });
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address, "--Fabric:HandOff:Timeout=00:00:00.3");
        await using var connection = await fabric.ConnectAsync();

        await connection.GetAsync("/");

        Assert.Equal(504, connection.Status);
        Assert.Contains("application-timed-out", await connection.ReadToEndAsync(), StringComparison.Ordinal);
        await closed.Task.Within("the end of the connection to the application");
    }

    [Fact]
    public async Task Upstream_TakesNothingOfTheBody_Is504()
    {
        await using var upstream = ScriptedUpstream.Start(exchange => exchange.HangAsync());
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address, "--Fabric:HandOff:Timeout=00:00:00.3");
        await using var connection = await fabric.ConnectAsync();

        var sending = SendUntilEndAsync(connection, 64 << 20);
        await connection.ReadHeadAsync();

        Assert.Equal(504, connection.Status);
        await connection.DisposeAsync();
        await sending.Within("the end of the upload");
    }

    [Theory]
    [MemberData(nameof(BadAnswers))]
    public async Task Upstream_BadAnswer_Is502(string fault, string wire)
    {
        await using var upstream = ScriptedUpstream.Start(async exchange =>
        {
            await exchange.SendAsync(wire);
            if (exchange.RequestLine.Length > 0 && fault is "half a head" or "nothing" or "a head that doesn't end" or "no HTTP" or "no status")
            {
                exchange.Close();
            }
        });
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address);
        await using var connection = await fabric.ConnectAsync();

        await connection.GetAsync("/");

        Assert.True(connection.Status == 502, $"{fault}: {connection.StatusLine}");
        Assert.Contains("application-bad-answer", await connection.ReadToEndAsync(), StringComparison.Ordinal);
        Assert.Null(connection.Header("Set-Cookie"));
        Assert.Null(connection.Header("X-A"));
    }

    [Theory]
    [InlineData("a\rSet-Cookie: forged=1", "a Set-Cookie: forged=1")]
    [InlineData("a\0b", "a b")]
    [InlineData("a\r\n Set-Cookie: forged=1", "a   Set-Cookie: forged=1")]
    [InlineData("a%0d%0aSet-Cookie: forged=1", "a%0d%0aSet-Cookie: forged=1")]
    public async Task Upstream_LineBreakInAValue_IsNoNewHeader(string sent, string received)
    {
        await using var upstream = ScriptedUpstream.Start(exchange => exchange.AnswerAsync(
            "ok", exchange.RequestLine.Contains("/stream", StringComparison.Ordinal) ? $"X-A: {sent}\r\nX-SSE-OFFLOAD: a\r\n" : $"X-A: {sent}\r\n"));
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address);
        foreach (var path in new[] { "/", "/stream" })
        {
            await using var connection = await fabric.ConnectAsync();
            await connection.GetAsync(path);

            Assert.Equal(200, connection.Status);
            Assert.Equal(received, connection.Header("X-A"));
            Assert.Null(connection.Header("Set-Cookie"));
        }
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n9\r\nwhole")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\nnonsense\r\n")]
    public async Task Upstream_DiesWithinTheBody_BreaksTheClientsConnection(string wire)
    {
        var die = new TaskCompletionSource();
        await using var upstream = ScriptedUpstream.Start(async exchange =>
        {
            var nonsense = wire.IndexOf("nonsense", StringComparison.Ordinal);
            await exchange.SendAsync(nonsense < 0 ? wire : wire[..nonsense]);
            await die.Task;
            await exchange.SendAsync(nonsense < 0 ? "" : wire[nonsense..]);
            exchange.Close();
        });
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address);
        await using var client = await SseClient.OpenAsync(fabric.At("/"));

        await client.WaitForRawAsync("what came before", raw => raw.StartsWith("half", StringComparison.Ordinal));
        die.SetResult();
        await client.Ended.Within("the end of the answer");

        Assert.NotNull(client.BrokenBy);
    }

    [Fact]
    public async Task Upstream_ResetsABodyWithoutLength_BreaksTheClientsConnection()
    {
        var die = new TaskCompletionSource();
        await using var upstream = ScriptedUpstream.Start(async exchange =>
        {
            await exchange.SendAsync("HTTP/1.1 200 OK\r\n\r\nhalf");
            await die.Task;
            exchange.Reset();
        });
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address);
        await using var client = await SseClient.OpenAsync(fabric.At("/"));

        await client.WaitForRawAsync("what came before", raw => raw.StartsWith("half", StringComparison.Ordinal));
        die.SetResult();
        await client.Ended.Within("the end of the answer");

        Assert.NotNull(client.BrokenBy);
    }

    [Fact]
    public async Task Upstream_SilentWithinTheBody_BreaksTheClientsConnection()
    {
        await using var upstream = ScriptedUpstream.Start(async exchange =>
        {
            await exchange.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
            await exchange.WaitForCloseAsync();
        });
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address, "--Fabric:HandOff:IdleTimeout=00:00:00.3");
        await using var client = await SseClient.OpenAsync(fabric.At("/"));

        await client.Ended.Within("the end of the answer");

        Assert.NotNull(client.BrokenBy);
        await Eventually.SeeAsync("no request at the application", () => upstream.Open, open => open == 0);
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")]
    public async Task Client_GoesAway_CancelsTheRequest(string sent)
    {
        var closed = new TaskCompletionSource();
        await using var upstream = ScriptedUpstream.Start(async exchange =>
        {
            await exchange.SendAsync(sent);
            await exchange.WaitForCloseAsync();
            closed.SetResult();
        });
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address);
        await using (var connection = await fabric.ConnectAsync())
        {
            await connection.SendAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
            await Eventually.SeeAsync("the request at the application", () => upstream.Open, open => open == 1);
        }

        await closed.Task.Within("the end of the connection to the application");
    }

    [Fact]
    public async Task Client_GoesAwayWithinItsUpload_EndsTheRequestUnfinished()
    {
        var ended = new TaskCompletionSource<int>();
        await using var upstream = ScriptedUpstream.Start(async exchange =>
        {
            try
            {
                await exchange.ReadBodyAsync();
            }
            finally
            {
                ended.SetResult(exchange.BodyLength);
            }
        });
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address);
        await using (var connection = await fabric.ConnectAsync())
        {
            await connection.SendAsync("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf");
            await Eventually.SeeAsync("the part at the application", () => FirstBodyLength(upstream), length => length == 4);
        }

        Assert.Equal(4, await ended.Task.Within("the end of the upload at the application"));
    }

    [Fact]
    public async Task Upload_AnsweredAndClosedBeforeItsEnd_GetsTheAnswer()
    {
        await using var upstream = ScriptedUpstream.Start(async exchange =>
        {
            await exchange.ReadAsync();
            await exchange.SendAsync("HTTP/1.1 413 Too Much\r\nContent-Length: 3\r\nConnection: close\r\n\r\nno!");
            exchange.Close();
        });
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address);
        for (var i = 0; i < 5; i++)
        {
            await using var connection = await fabric.ConnectAsync();
            var sending = SendUntilEndAsync(connection, 32 << 20);

            await connection.ReadHeadAsync();

            Assert.Equal("HTTP/1.1 413 Too Much", connection.StatusLine);
            Assert.Equal("no!", await connection.ReadToEndAsync());
            await connection.DisposeAsync();
            await sending.Within("the end of the upload");
        }
    }

    [Fact]
    public async Task Upload_Slow_ReachesTheApplicationAsItComes()
    {
        await using var upstream = ScriptedUpstream.Start(async exchange =>
        {
            await exchange.ReadBodyAsync();
            await exchange.AnswerAsync("ok");
        });

        // The time of the application doesn't pass while it is the client that is waited for, for a second longer than that.
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address, "--Fabric:HandOff:Timeout=00:00:03");
        await using var connection = await fabric.ConnectAsync();
        await connection.SendAsync("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n");
        var sent = 0;
        using var beat = new PeriodicTimer(TimeSpan.FromMilliseconds(400));
        while (await beat.WaitForNextTickAsync(TestContext.Current.CancellationToken) && sent < 10)
        {
            await connection.SendAsync("x");
            sent++;
            await Eventually.SeeAsync("the byte at the application", () => FirstBodyLength(upstream), length => length == sent);
        }

        await connection.ReadHeadAsync();
        Assert.Equal("ok", await connection.ReadToEndAsync());
    }

    [Fact]
    public async Task Upload_NobodyReads_IsHeldBack()
    {
        var read = new TaskCompletionSource();
        const int length = 90 << 20;
        await using var upstream = ScriptedUpstream.Start(async exchange =>
        {
            await read.Task;
            await exchange.ReadBodyAsync();
            await exchange.AnswerAsync($"{exchange.BodyLength}");
        });
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address);
        await using var connection = await fabric.ConnectAsync();
        var sent = 0L;
        var sending = SendAsync();

        async Task SendAsync()
        {
            await connection.SendAsync($"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n");
            var part = new byte[64 << 10];
            for (; sent < length; sent += part.Length)
            {
                await connection.SendAsync(part);
            }
        }

        // It stands still: two looks, with the time for much more between them, see the same.
        var before = -1L;
        await Eventually.SeeAsync("an upload that stands still", async () =>
        {
            var last = before;
            before = Volatile.Read(ref sent);
            await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System);
            return last == Volatile.Read(ref sent) && last > 0;
        }, still => still);
        Assert.True(sent < length / 2, $"{sent} bytes were taken, and nobody read them.");
        read.SetResult();
        await sending.Within("the end of the upload", timeout: TimeSpan.FromMinutes(1));
        await connection.ReadHeadAsync();
        Assert.Equal($"{length}", await connection.ReadToEndAsync());
    }

    [Theory]
    [InlineData("Content-Length: 101", "")]
    [InlineData("Transfer-Encoding: chunked", "65\r\n")]
    public async Task Upload_OverTheLimit_Is413(string framing, string first)
    {
        await using var upstream = ScriptedUpstream.Start(async exchange =>
        {
            await exchange.ReadBodyAsync();
            await exchange.AnswerAsync("ok");
        });
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address, "--Fabric:HandOff:MaxRequestBytes=100");
        await using var connection = await fabric.ConnectAsync();

        await connection.SendAsync($"POST / HTTP/1.1\r\nHost: x\r\n{framing}\r\n\r\n{first}{new string('x', 101)}");
        await connection.ReadHeadAsync();

        Assert.Equal(413, connection.Status);
        Assert.Contains("Fabric:HandOff:MaxRequestBytes", await connection.ReadToEndAsync(), StringComparison.Ordinal);
        await Eventually.SeeAsync("no request at the application", () => upstream.Open, open => open == 0);
        Assert.DoesNotContain(upstream.Exchanges, exchange => exchange.BodyLength > 100);
    }

    [Fact]
    public async Task Upload_UpToTheLimit_IsTaken()
    {
        await using var upstream = ScriptedUpstream.Start(async exchange => await exchange.AnswerAsync($"{(await exchange.ReadBodyAsync()).Length}"));
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address, "--Fabric:HandOff:MaxRequestBytes=100");
        await using var connection = await fabric.ConnectAsync();

        await connection.SendAsync($"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n64\r\n{new string('x', 100)}\r\n0\r\n\r\n");
        await connection.ReadHeadAsync();

        Assert.Equal("100", await connection.ReadToEndAsync());
    }

    [Fact]
    public async Task Expect_RefusedByTheApplication_IsNeverUploaded()
    {
        await using var upstream = ScriptedUpstream.Answering("HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\nno");
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address);
        await using var connection = await fabric.ConnectAsync();

        await connection.SendAsync("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\nExpect: 100-continue\r\n\r\n");
        await connection.ReadHeadAsync();

        Assert.Equal(401, connection.Status);
        Assert.Equal("100-continue", upstream.Exchanges.Single().Header("Expect"));
    }

    [Fact]
    public async Task Expect_TakenByTheApplication_Continues()
    {
        await using var upstream = ScriptedUpstream.Start(async exchange =>
        {
            await exchange.SendAsync("HTTP/1.1 100 Continue\r\n\r\n");
            await exchange.AnswerAsync(await exchange.ReadBodyAsync());
        });
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address);
        await using var connection = await fabric.ConnectAsync();

        await connection.SendAsync("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
        await connection.ReadHeadAsync();
        Assert.Equal(100, connection.Status);
        await connection.SendAsync("hello");
        await connection.ReadHeadAsync();

        Assert.Equal("hello", await connection.ReadToEndAsync());
    }

    private static int FirstBodyLength(ScriptedUpstream upstream) => upstream.Exchanges is [var first, ..] ? first.BodyLength : 0;

    private static async Task SendUntilEndAsync(RawHttpConnection connection, int length)
    {
        try
        {
            await connection.SendAsync($"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n");
            var part = new byte[64 << 10];
            for (var sent = 0; sent < length; sent += part.Length)
            {
                await connection.SendAsync(part);
            }
        }
        catch (Exception over) when (over is System.Net.Sockets.SocketException or ObjectDisposedException)
        {
            // It has been answered.
        }
    }
}
