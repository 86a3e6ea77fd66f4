using System.Diagnostics;
using SseFabric.TestKit.Http;
using SseFabric.TestKit.Processes;
using SseFabric.TestKit.Redis;
using SseFabric.TestKit.Waiting;

namespace SseFabric.EndToEnd.Redisse;

/// <summary>Profile redisse with settings of its own, and with those of redisse's environment.</summary>
[Trait("Suite", "EndToEnd")]
[Trait("Needs", "redis-server")]
public sealed class RedisseSettingsTests(RedisseSettingsTests.OwnRedis own) : IClassFixture<RedisseSettingsTests.OwnRedis>
{
    private const string Password = "geheim";

    /// <summary>So many seconds a busy machine may be late.</summary>
    private const double Late = 10;

    [Fact]
    [Trait("Parity", "71")]
    public async Task Heartbeat_Set_ComesAtThatPeriodWhateverElseIsSent()
    {
        await using var fabric = await StartAsync("--Fabric:Stream:Heartbeat=00:00:01");
        var clock = Stopwatch.StartNew();
        await using var stream = await SseClient.OpenAsync(new Uri(fabric.Address, "/?a"));

        await stream.WaitForRawAsync("three heartbeats", raw => raw.Split(": hb\n").Length > 3);

        Assert.InRange(clock.Elapsed.TotalSeconds, 2.5, 3 + Late);
    }

    [Fact]
    [Trait("Parity", "71")]
    public async Task Heartbeat_Off_NothingIsSentInSilence()
    {
        await using var beating = await StartAsync("--Fabric:Stream:Heartbeat=00:00:00.5");
        await using var silent = await StartAsync("--Fabric:Stream:Heartbeat=00:00:00");
        await using var quiet = await SseClient.OpenAsync(new Uri(silent.Address, "/?quiet"));
        await using var other = await SseClient.OpenAsync(new Uri(beating.Address, "/?quiet"));

        // The default has one after 15 s.
        await other.WaitForRawAsync("17 s of heartbeats", raw => raw.Split(": hb\n").Length > 34, TimeSpan.FromSeconds(30));

        Assert.Equal("", quiet.Raw);
        Assert.False(quiet.Ended.IsCompleted);
    }

    [Fact]
    [Trait("Parity", "84")]
    public async Task Poll_LongestWaitSet_EndsInOrderWithCommentsAlone()
    {
        await using var fabric = await StartAsync("--Fabric:Stream:Polling:MaxWait=00:00:02");
        var clock = Stopwatch.StartNew();
        await using var poll = await SseClient.OpenAsync(new Uri(fabric.Address, "/?nothing&polling"));

        await poll.Ended.Within("the end of the poll");

        Assert.InRange(clock.Elapsed.TotalSeconds, 1.5, 2 + Late);
        Assert.Null(poll.BrokenBy);
        Assert.Equal(200, (int)poll.Status);
        Assert.Equal(": hb\n", poll.Raw);
    }

    [Fact]
    [Trait("Parity", "111")]
    public async Task Environment_ServerAndPort_CountInTheProfile()
    {
        var port = FreePort.Next();
        await using var fabric = Run(["--profile", "redisse"], $"redis://:{Password}@127.0.0.1:{own.Redis.EndPoint.Port}/3", $"{port}");
        await fabric.WaitForLineAsync("the ready line", line => line.Contains($"127.0.0.1:{port}", StringComparison.Ordinal));
        await own.Client.ExecuteAsync("SELECT", "3");
        await own.Client.ExecuteAsync("SET", RedissePublisher.Counter, "42");

        await using var stream = await SseClient.OpenAsync(new Uri($"http://127.0.0.1:{port}/?a"));

        Assert.Equal("id: 42\nevent: lastEventId\ndata: \n\n", await stream.WaitForRawAsync("the counter's event", raw => raw.EndsWith("\n\n", StringComparison.Ordinal)));
    }

    [Fact]
    [Trait("Parity", "111")]
    public async Task Environment_BesideSettings_TheSettingsCount()
    {
        var port = FreePort.Next();
        await using var fabric = Run(["--profile", "redisse", "--redis", own.Url(0), "--port", $"{port}"], "redis://127.0.0.1:1", "1");
        var line = await fabric.WaitForLineAsync("the ready line", line => line.Contains("http://", StringComparison.Ordinal));

        Assert.Contains($"http://127.0.0.1:{port}", line, StringComparison.Ordinal);
        Assert.Contains($"127.0.0.1:{own.Redis.EndPoint.Port}", line, StringComparison.Ordinal);
        Assert.DoesNotContain(Password, fabric.Tail(), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Parity", "111")]
    public async Task Environment_OtherProfile_MeansNothing()
    {
        var port = FreePort.Next();
        await using var fabric = Run(["--port", $"{port}"], "nonsense", "nonsense");

        Assert.Contains($"http://127.0.0.1:{port}", await fabric.WaitForLineAsync("the ready line", line => line.Contains("http://", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Parity", "111")]
    public async Task Environment_Bad_IsRefusedWithoutThePassword()
    {
        await using var fabric = Run(["--profile", "redisse"], "redis://:geheim@127.0.0.1:6379/nonsense", "70000");

        Assert.Equal(2, await fabric.WaitForExitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal(2, fabric.Output.Count);
        Assert.Single(fabric.Output, line => line.StartsWith("REDISSE_PORT: \"70000\" is not accepted", StringComparison.Ordinal));
        Assert.Single(fabric.Output, line => line.StartsWith("Fabric:Redis: \"redis://***@127.0.0.1:6379/nonsense\" is not accepted", StringComparison.Ordinal));
        Assert.DoesNotContain(Password, fabric.Tail(), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Parity", "111")]
    [Trait("Parity", "29")]
    public async Task Redis_UnixSocketByUrl_IsHeard()
    {
        await using var fabric = await SseFabricProcess.StartAsync("--redis", $"unix://:{Password}@{own.Socket}", "--Fabric:Stream:Path=/events");
        await using var stream = await SseClient.JoinAsync(fabric.Events("by-socket"));

        Assert.Equal(1, await own.Client.PublishAsync("by-socket", "hi"));

        Assert.Equal("hi", (await stream.NextAsync()).Text);
    }

    private Task<SseFabricProcess> StartAsync(params string[] args) => SseFabricProcess.StartAsync(["--profile", "redisse", "--redis", own.Url(1), .. args]);

    private static ServerProcess Run(string[] args, string server, string port) => SseFabricProcess.Run(
        ["--Fabric:RespDoor:Listen=", .. args], new Dictionary<string, string?> { ["REDISSE_REDIS"] = server, ["REDISSE_PORT"] = port });

    /// <summary>A server with a password, at a port and at a Unix socket.</summary>
    public sealed class OwnRedis : IAsyncLifetime
    {
        private readonly FixtureNeeds _needs = new();
        private RedisServer? _redis;
        private RedisClient? _client;

        public RedisServer Redis => _needs.Of(_redis);

        public RedisClient Client => _needs.Of(_client);

        public string Socket { get; } = Path.Combine(Path.GetTempPath(), $"ssefabric-{Guid.NewGuid():N}.sock");

        public string Url(int database) => $"redis://:{Password}@127.0.0.1:{Redis.EndPoint.Port}/{database}";

        public ValueTask InitializeAsync() => _needs.StartAsync(async () =>
        {
            _redis = await RedisServer.StartAsync("--requirepass", Password, "--unixsocket", Socket);
            _client = await _redis.ConnectAsync();
            await _client.ExecuteAsync("AUTH", Password);
        });

        public async ValueTask DisposeAsync()
        {
            foreach (var part in new IAsyncDisposable?[] { _client, _redis })
            {
                await (part?.DisposeAsync() ?? ValueTask.CompletedTask);
            }
        }
    }
}
