using System.Text.Json;
using SseFabric.TestKit.Http;
using SseFabric.TestKit.Processes;
using SseFabric.TestKit.Waiting;

namespace SseFabric.EndToEnd.Stats;

/// <summary>What one process says at <c>/stats</c>.</summary>
[Collection(nameof(Alone))]
[Trait("Suite", "EndToEnd")]
public sealed class StatsTests
{
    // Two seconds, and what a busy machine needs beside.
    private static readonly TimeSpan s_fresh = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task Stats_StreamsComeAndGo_CountThem()
    {
        await using var fabric = await SseFabricProcess.StartAsync();
        using var http = new HttpPublisher(fabric.Address);
        var idle = await StatsAsync(http);
        Assert.Equal(
            ["connected", "served", "events", "missing", "published", "channelCount", "channels", "silos", "frontends", "time"],
            idle.EnumerateObject().Select(member => member.Name));
        Assert.Equal((0, 0, 0, 0, 0), Totals(idle));
        Assert.Empty(idle.GetProperty("channels").EnumerateArray());

        await using var both = await SseClient.JoinAsync(fabric.Events("a", "b"));
        var one = await SseClient.JoinAsync(fabric.Events("b"));
        // The frontend's counts and the owner's come each in its own time.
        await SeeAsync(
            http,
            stats => Channels(stats).SequenceEqual([("b", 2), ("a", 1)]) && Totals(stats) == (2, 0, 0, 0, 0) && stats.GetProperty("channelCount").GetInt32() == 2);

        await http.PublishAsync("b", "x");
        await http.PublishAsync("nobody", "x");
        await one.NextAsync();
        await one.DisposeAsync();
        var left = await SeeAsync(
            http,
            stats => Channels(stats).SequenceEqual([("a", 1), ("b", 1)]) && Totals(stats) == (1, 1, 2, 0, 2) && stats.GetProperty("channelCount").GetInt32() == 2);
        var silo = Assert.Single(left.GetProperty("silos").EnumerateArray());
        var frontend = Assert.Single(left.GetProperty("frontends").EnumerateArray());
        Assert.Equal(("active", 2, 2), (silo.GetProperty("state").GetString(), silo.GetProperty("channels").GetInt32(), silo.GetProperty("published").GetInt32()));
        Assert.Equal(("active", 1, 1), (frontend.GetProperty("state").GetString(), frontend.GetProperty("connected").GetInt32(), frontend.GetProperty("served").GetInt32()));
    }

    [Fact]
    public async Task Stats_Gap_IsCountedAsMissing()
    {
        await using var fabric = await SseFabricProcess.StartAsync();
        using var http = new HttpPublisher(fabric.Address);

        await using var stream = await SseClient.JoinAsync(fabric.Events("gap"), new SseRequest { LastEventId = "never-seen" });
        Assert.Equal("missedevents", (await stream.NextAsync()).Type);

        await SeeAsync(http, stats => Totals(stats) == (1, 0, 1, 1, 0));
    }

    [Fact]
    public async Task Stats_Rate_FollowsThePublisher()
    {
        await using var fabric = await SseFabricProcess.StartAsync();
        using var http = new HttpPublisher(fabric.Address);
        await using var stream = await SseClient.JoinAsync(fabric.Events("fast", "slow"));

        using var stop = new CancellationTokenSource();
        var publishing = PublishAsync(http, "fast", stop.Token);
        var busy = await SeeAsync(http, stats => Rate(stats, "fast") > 5, TimeSpan.FromSeconds(10));
        Assert.Equal(0, Rate(busy, "slow"));

        await stop.CancelAsync();
        await publishing;
        await SeeAsync(http, stats => Rate(stats, "fast") < 0.5, TimeSpan.FromSeconds(15));
    }

    [Fact]
    public async Task Stats_OneChannel_IsToldAlone()
    {
        await using var fabric = await SseFabricProcess.StartAsync();
        using var http = new HttpPublisher(fabric.Address);
        await using var stream = await SseClient.JoinAsync(fabric.Events("a/é", "b"));

        await Eventually.SeeAsync(
            "the channel's count",
            async () => (await http.SendAsync(HttpMethod.Get, "/stats?channel=a%2F%C3%A9", null, null)).Body,
            body => body == """{"name":"a/é","subscribers":1,"rate":0}""");
        Assert.Equal("""{"name":"unheard","subscribers":0,"rate":0}""", (await http.SendAsync(HttpMethod.Get, "/stats?channel=unheard", null, null)).Body);
        Assert.Equal(400, (await http.SendAsync(HttpMethod.Get, "/stats?channel=", null, null)).Status);
    }

    [Theory]
    [InlineData("1001")]
    [InlineData("-1")]
    [InlineData("many")]
    public async Task Stats_BadTop_Is400ThatNamesIt(string top)
    {
        await using var fabric = await SseFabricProcess.StartAsync();
        using var http = new HttpPublisher(fabric.Address);

        var refused = await http.SendAsync(HttpMethod.Get, $"/stats?top={top}", null, null);

        Assert.Equal(400, refused.Status);
        Assert.Contains($"0 to 1000; this is '{top}'", refused.Detail, StringComparison.Ordinal);
    }

    /// <summary>At most so many are listed, and all are counted.</summary>
    [Fact]
    public async Task Stats_ManyChannels_ListsThoseWithTheMostSubscribers()
    {
        await using var fabric = await SseFabricProcess.StartAsync("--Fabric:Stream:MaxChannels=1000");
        using var http = new HttpPublisher(fabric.Address);
        var names = Enumerable.Range(0, 600).Select(i => $"channel-{i:D4}").ToArray();
        await using var first = await SseClient.JoinAsync(fabric.Events(names));
        await using var second = await SseClient.JoinAsync(fabric.Events([.. names.Select(name => $"more-{name}")]));
        await using var third = await SseClient.JoinAsync(fabric.Events("more-channel-0599"));

        var stats = await SeeAsync(http, stats => stats.GetProperty("channelCount").GetInt32() == 1200 && Channels(stats).First().Subscribers == 2);

        Assert.Equal(1000, Channels(stats).Count());
        Assert.Equal([("more-channel-0599", 2), .. names.Select(name => (name, 1)), .. names.Take(399).Select(name => ($"more-{name}", 1))], Channels(stats));
        var top = (await http.SendAsync(HttpMethod.Get, "/stats?top=1", null, null)).Json;
        Assert.Equal([("more-channel-0599", 2)], Channels(top));
        Assert.Equal(1200, top.GetProperty("channelCount").GetInt32());
    }

    [Fact]
    [Trait("Parity", "142")]
    public async Task Stats_WithAKey_AskForIt()
    {
        await using var fabric = await SseFabricProcess.StartAsync("--Fabric:Management:Key=geheim-key");
        using var http = new HttpPublisher(fabric.Address);

        Assert.Equal(401, (await http.SendAsync(HttpMethod.Get, "/stats", null, null)).Status);
        Assert.Equal(401, (await http.SendAsync(HttpMethod.Get, "/stats", null, null, ("Authorization", "Bearer geheim"))).Status);
        Assert.Equal(200, (await http.SendAsync(HttpMethod.Get, "/stats", null, null, ("Authorization", "Bearer geheim-key"))).Status);
    }

    [Fact]
    public async Task Stats_WithoutAKey_AreThisMachinesAlone()
    {
        await using var fabric = await SseFabricProcess.StartAsync();
        using var http = new HttpPublisher(fabric.Address);

        Assert.Equal(403, (await http.SendAsync(HttpMethod.Get, "/stats", null, null, ("X-Forwarded-For", "192.0.2.1"))).Status);
        Assert.Equal(200, (await http.SendAsync(HttpMethod.Get, "/stats", null, null)).Status);
    }

    private static async Task PublishAsync(HttpPublisher http, string channel, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            await http.PublishAsync(channel, "x");
        }
    }

    private static async Task<JsonElement> StatsAsync(HttpPublisher http)
    {
        var answer = await http.SendAsync(HttpMethod.Get, "/stats", null, null);
        Assert.True(answer.Status == 200, $"{answer.Status}: {answer.Body}");
        return answer.Json;
    }

    private static Task<JsonElement> SeeAsync(HttpPublisher http, Func<JsonElement, bool> isRight, TimeSpan? within = null) =>
        Eventually.SeeAsync("the counts", () => StatsAsync(http), isRight, within ?? s_fresh);

    private static (long Connected, long Served, long Events, long Missing, long Published) Totals(JsonElement stats)
    {
        return (Of("connected"), Of("served"), Of("events"), Of("missing"), Of("published"));

        long Of(string key) => stats.GetProperty(key).GetInt64();
    }

    private static IEnumerable<(string Name, int Subscribers)> Channels(JsonElement stats) =>
        stats.GetProperty("channels").EnumerateArray().Select(channel => (channel.GetProperty("name").GetString()!, channel.GetProperty("subscribers").GetInt32()));

    private static double Rate(JsonElement stats, string channel) => stats.GetProperty("channels").EnumerateArray()
        .Where(row => row.GetProperty("name").GetString() == channel).Select(row => row.GetProperty("rate").GetDouble()).SingleOrDefault(-1);
}
