using System.Diagnostics;
using System.Text.Json;
using SseFabric.TestKit.Redis;
using SseFabric.TestKit.Waiting;

namespace SseFabric.EndToEnd.Redisse;

/// <summary>What is seen only with a server of one's own: its counts, and its Redis going and coming back.</summary>
[Trait("Suite", "EndToEnd")]
[Trait("Needs", "redis-server")]
public sealed class RedisseProfileAloneTests : IAsyncLifetime
{
    /// <summary>So many seconds a busy machine may be late.</summary>
    private const double Late = 3;

    private readonly RedisseProfileFixture _own = new();

    public ValueTask InitializeAsync() => _own.InitializeAsync();

    public ValueTask DisposeAsync() => _own.DisposeAsync();

    [Fact]
    [Trait("Parity", "76")]
    [Trait("Parity", "77")]
    [Trait("Parity", "78")]
    public async Task Stats_CountStreamsEventsAndGaps()
    {
        Assert.Equal((0, 0, 0, 0), await StatsAsync());
        await _own.SetCounterAsync(42);
        await using (var stream = await _own.OpenAsync("/?a"))
        {
            await _own.Publisher.PublishAsync("a", "one");
            await _own.Publisher.PublishAsync("a", "two");
            await stream.TakeAsync(3);
            await SeeStatsAsync((1, 0, 3, 0));
        }

        await SeeStatsAsync((0, 1, 3, 0));
        await using (var resumed = await _own.OpenAsync("/?a", "43"))
        {
            await resumed.NextAsync();
            await SeeStatsAsync((1, 1, 4, 0));
        }

        await using var lost = await _own.OpenAsync("/?a", "-1");
        await lost.TakeAsync(3);
        await SeeStatsAsync((1, 2, 7, 1));
    }

    [Fact]
    [Trait("Parity", "72")]
    [Trait("Parity", "73")]
    [Trait("Parity", "79")]
    public async Task RedisStops_StreamsEndAndRequestsAre503_UntilItReturns()
    {
        await using var stream = await _own.OpenAsync("/?a");
        await _own.Redis.KillAsync();
        var clock = Stopwatch.StartNew();
        await stream.Ended.Within("the end of the stream");
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 1 + Late);

        await using (var refused = await _own.GetAsync("/?a", "Accept: text/event-stream"))
        {
            Assert.Equal((503, "text/plain", "503 Service Unavailable\n"), (refused.Status, refused.Header("content-type"), await refused.ReadToEndAsync()));
        }

        await using (var stats = await _own.GetAsync("/", "Accept: application/json"))
        {
            Assert.Equal(200, stats.Status);
        }

        await _own.Redis.RestartAsync();
        clock.Restart();
        await Eventually.SeeAsync(
            "a stream",
            async () =>
            {
                await using var answer = await _own.GetAsync("/?a", "Accept: text/event-stream");
                return answer.Status;
            },
            status => status == 200);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 2 + Late);

        await using var client = await _own.Redis.ConnectAsync();
        await using var after = await _own.OpenAsync("/?a");
        var frame = await new RedissePublisher(client).PublishAsync("a", "after");
        Assert.Equal(frame, await RedisseProfileFixture.SeeAsync(after, frame));
    }

    private async Task<(long Connected, long Served, long Events, long Missing)> StatsAsync()
    {
        await using var answer = await _own.GetAsync("/", "Accept: application/json");
        var json = JsonDocument.Parse(await answer.ReadToEndAsync()).RootElement;
        return (Of("connected"), Of("served"), Of("events"), Of("missing"));

        long Of(string key) => json.GetProperty(key).GetInt64();
    }

    private async Task SeeStatsAsync((long, long, long, long) expected) => await Eventually.SeeAsync("the counts", StatsAsync, counts => counts == expected);
}
