using SseFabric.TestKit.Http;
using SseFabric.TestKit.Processes;
using SseFabric.TestKit.Waiting;

namespace SseFabric.EndToEnd.HandOff;

/// <summary>The application hands off, and the fabric can't take it now.</summary>
[Trait("Suite", "EndToEnd")]
public sealed class BusyHandOffTests
{
    private const string Answer = "HTTP/1.1 201 Created\r\nContent-Length: 0\r\nSet-Cookie: a=1\r\nX-SSE-OFFLOAD: a\r\n\r\n";

    [Theory]
    [InlineData("text/event-stream", 200)]
    [InlineData("*/*", 503)]
    [Trait("Parity", "45")]
    public async Task RedisAway_IsSaidWithoutAStream(string accept, int status)
    {
        await using var upstream = ScriptedUpstream.Answering(Answer);
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address, "--redis", $"127.0.0.1:{FreePort.Next()}");
        await using var connection = await fabric.ConnectAsync();

        await connection.GetAsync("/", $"Accept: {accept}");
        await connection.ReadToEndAsync();

        Assert.Equal(status, connection.Status);
        Assert.Equal("redis", connection.Header("X-SSE-Busy"));
        Assert.Equal(status == 503, connection.Header("Retry-After") is not null);
        Assert.Null(connection.Header("Set-Cookie"));
    }

    /// <summary>Who may read the stream may read that there is none now: an EventSource that may not gives up for good.</summary>
    [Theory]
    [InlineData("X-SSE-OFFLOAD: a\r\n", "text/event-stream")]
    [InlineData("X-SSE-OFFLOAD: a\r\n", "*/*")]
    [InlineData("Grip-Hold: stream\r\nGrip-Channel: a\r\n", "text/event-stream")]
    [InlineData("Grip-Hold: response\r\nGrip-Channel: a\r\n", "*/*")]
    public async Task RedisAway_PagesThatTheApplicationLets_MayReadIt(string hold, string accept)
    {
        await using var upstream = ScriptedUpstream.Start(exchange => exchange.AnswerAsync(
            "", "Access-Control-Allow-Origin: https://page.example\r\nAccess-Control-Allow-Credentials: true\r\nVary: Origin\r\nSet-Cookie: a=1\r\n" + hold));
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address, "--redis", $"127.0.0.1:{FreePort.Next()}");
        await using var connection = await fabric.ConnectAsync();

        await connection.GetAsync("/", $"Accept: {accept}", "Origin: https://page.example");

        Assert.Equal("redis", connection.Header("X-SSE-Busy"));
        Assert.Equal(
            ("https://page.example", "true", "Origin", null),
            (connection.Header("Access-Control-Allow-Origin"), connection.Header("Access-Control-Allow-Credentials"), connection.Header("Vary"), connection.Header("Set-Cookie")));
    }

    [Theory]
    [InlineData("X-SSE-OFFLOAD: a\r\n")]
    [InlineData("Grip-Hold: stream\r\nGrip-Channel: a\r\nGrip-Status: 203\r\n")]
    [InlineData("Grip-Hold: response\r\nGrip-Channel: a\r\n")]
    public async Task Limit_Reached_IsSaid(string hold)
    {
        await using var upstream = ScriptedUpstream.Start(exchange => exchange.AnswerAsync("", exchange.RequestLine.Contains("/first", StringComparison.Ordinal) ? "X-SSE-OFFLOAD: a\r\n" : hold));
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address, "--Fabric:Stream:MaxSubscribers=1");
        await using var first = await SseClient.JoinAsync(fabric.At("/first"));
        await using var second = await fabric.ConnectAsync();

        await second.GetAsync("/", "Accept: */*");

        Assert.Equal(503, second.Status);
        Assert.Equal("limit", second.Header("X-SSE-Busy"));
    }

    [Fact]
    [Trait("Parity", "47")]
    public async Task Client_GoesAway_LeavesTheChannel()
    {
        await using var upstream = ScriptedUpstream.Answering(Answer);
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address);
        await using (await SseClient.JoinAsync(fabric.At("/")))
        {
            await fabric.SeeSubscribersAsync("a", 1);
        }

        await Eventually.SeeAsync("nobody at the channel", () => fabric.Publisher.PublishAsync("a", "x"), subscribers => subscribers == 0);
    }

    [Fact]
    public async Task Program_Route_HandsOffAndLogsWhatItRefuses()
    {
        await using var upstream = ScriptedUpstream.Start(exchange => exchange.AnswerAsync("", exchange.RequestLine.Contains("/bad", StringComparison.Ordinal) ? "X-SSE-OFFLOAD: ,\r\n" : "X-SSE-OFFLOAD: a\r\n"));
        await using var fabric = await SseFabricProcess.StartAsync("--Fabric:Routes:0:Path=^/app/", $"--Fabric:Routes:0:Upstream={upstream.Address}");
        await using var subscriber = await SseClient.JoinAsync(new Uri(fabric.Address, "/app/feed"));
        await using var connection = await RawHttpConnection.ConnectAsync(fabric.Address);

        await connection.GetAsync("/app/bad");
        Assert.Equal(502, connection.Status);
        await fabric.Process.WaitForLineAsync("the refusal in the log", line => line.Contains("[1600]", StringComparison.Ordinal) && line.Contains("names no channel (X-SSE-OFFLOAD)", StringComparison.Ordinal));
        await connection.ReadToEndAsync();
        await connection.GetAsync("/elsewhere");
        Assert.Equal(404, connection.Status);
        await using var publisher = await TestKit.Redis.RedisClient.ConnectAsync(fabric.Door);
        await publisher.PublishAsync("a", "1");

        Assert.Equal("1", (await subscriber.NextAsync()).Text);
        Assert.Equal(["/app/feed", "/app/bad"], upstream.Exchanges.Select(exchange => exchange.RequestLine.Split(' ')[1]));
    }
}
