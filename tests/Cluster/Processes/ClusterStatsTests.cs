using System.Text.Json;
using SseFabric.Cluster.Kit;
using SseFabric.TestKit.Http;
using SseFabric.TestKit.Processes;
using SseFabric.TestKit.Waiting;

namespace SseFabric.Cluster.Processes;

/// <summary>Counts of the whole cluster, whichever frontend is asked.</summary>
[Trait("Suite", "Cluster")]
[Trait("Needs", "redis-server")]
public sealed class ClusterStatsTests
{
    // Two seconds, and what five processes on a busy machine of two cores need beside.
    private static readonly TimeSpan s_fresh = TimeSpan.FromSeconds(8);

    // A killed process is declared dead within four seconds.
    private static readonly TimeSpan s_death = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task Stats_TwoFrontends_EachTellsTheSumOfBoth()
    {
        await using var cluster = await ProcessCluster.StartAsync(2, 2);
        var streams = new List<SseClient>();
        foreach (var frontend in cluster.Frontends)
        {
            streams.Add(await SseClient.JoinAsync(frontend.Events("shared", $"own-{streams.Count}")));
        }

        await SeeAllAsync(cluster, stats => Totals(stats) == (2, 0, 0, 0) && Channels(stats).SequenceEqual([("shared", 2), ("own-0", 1), ("own-1", 1)]), s_fresh);

        using var http = new HttpPublisher(cluster.Frontends[0].Address);
        await http.PublishAsync("shared", "x");
        await SeeAllAsync(cluster, stats => Totals(stats) == (2, 0, 2, 1) && stats.GetProperty("silos").GetArrayLength() == 2, s_fresh);
        await Eventually.SeeAsync(
            "one channel's count",
            async () => (await http.SendAsync(HttpMethod.Get, "/stats?channel=shared", null, null)).Json.GetProperty("subscribers").GetInt32(),
            subscribers => subscribers == 2,
            s_fresh);

        await SeeLagAsync(cluster, http);
        await KillsAsync(cluster, streams);
    }

    /// <summary>A frontend's dashboard tells how long the other one's deliveries took.</summary>
    private static async Task SeeLagAsync(ProcessCluster cluster, HttpPublisher http)
    {
        await using var dashboard = await SseClient.OpenAsync(new Uri(cluster.Frontends[0].Address, "/dashboard/feed"));
        await Eventually.SeeAsync("a dashboard without deliveries", LagAsync, lag => lag == JsonValueKind.Null);
        await http.PublishAsync("own-1", "x");
        await Eventually.SeeAsync("the lag of the other frontend", LagAsync, lag => lag == JsonValueKind.Number);

        async Task<JsonValueKind> LagAsync()
        {
            var told = await dashboard.NextAsync();
            return told.Type == "sample" ? JsonElement.Parse(told.Text).GetProperty("point")[4].ValueKind : JsonValueKind.Undefined;
        }
    }

    /// <summary>A killed frontend's streams are gone with it, and all that it has counted stays; so after the death of each silo in turn, the one that adds up among them.</summary>
    private static async Task KillsAsync(ProcessCluster cluster, List<SseClient> streams)
    {
        await cluster.KillFrontendAsync(0);
        using var http = new HttpPublisher(cluster.Frontends[1].Address);
        var survivor = await SeeAsync(http, stats => Totals(stats) == (1, 0, 3, 2) && Channels(stats).SequenceEqual([("own-1", 1), ("shared", 1)]), s_death);
        Assert.Single(survivor.GetProperty("frontends").EnumerateArray());

        await streams[1].DisposeAsync();
        await SeeAsync(http, stats => Totals(stats) == (0, 1, 3, 2) && !Channels(stats).Any(), s_fresh);
        foreach (var silo in cluster.Silos.ToArray())
        {
            await cluster.AddSiloAsync();
            await silo.Kill9Async();
            var seen = new List<(long, long, long, long)>();
            await Eventually.SeeAsync(
                "the counts without the killed silo",
                async () =>
                {
                    var stats = await StatsAsync(http);
                    seen.Add(Totals(stats));
                    return stats;
                },
                stats => stats.GetProperty("silos").GetArrayLength() == 2 && AsOf(stats) > Now() - 1000 && !Names(stats).Contains($"{silo.Id}"),
                s_death * 2,
                show: stats => stats.GetRawText());
            Assert.All(seen, totals => Assert.Equal((0, 1, 3, 2), totals));
        }
    }

    [Fact]
    [Trait("Parity", "139")]
    public async Task Cyclone_TwoFrontends_CountTheSubscribersOfBoth()
    {
        await using var cluster = await ProcessCluster.StartAsync(1, 2, "--profile=cyclone");
        await using var one = await CycloneAsync(cluster.Frontends[0]);
        await using var two = await CycloneAsync(cluster.Frontends[1]);

        foreach (var frontend in cluster.Frontends)
        {
            using var http = new HttpPublisher(frontend.Address);
            await SeeBodyAsync(http, """[["base",2]]""", s_fresh);
        }

        await cluster.KillFrontendAsync(0);
        using var left = new HttpPublisher(cluster.Frontends[1].Address);
        await SeeBodyAsync(left, """[["base",1]]""", s_death);
    }

    [Fact]
    [Trait("Parity", "74")]
    public async Task Redisse_TwoFrontends_CountTheStreamsOfBoth()
    {
        await using var cluster = await ProcessCluster.StartAsync(1, 2, "--profile=redisse");
        await using var one = await SseClient.OpenAsync(new Uri(cluster.Frontends[0].Address, "/?a"));
        await using var two = await SseClient.OpenAsync(new Uri(cluster.Frontends[1].Address, "/?b"));
        await SeeAllAsync(2, 0);

        await two.DisposeAsync();
        await SeeAllAsync(1, 1);

        async Task SeeAllAsync(int connected, int served)
        {
            foreach (var frontend in cluster.Frontends)
            {
                using var http = new HttpPublisher(frontend.Address);
                await Eventually.SeeAsync(
                    "the counts",
                    async () => (await http.SendAsync(HttpMethod.Get, "/", null, null, ("Accept", "application/json"))).Body,
                    body => body == $$"""{"connected":{{connected}},"served":{{served}},"events":0,"missing":0}""",
                    s_fresh);
            }
        }
    }

    private static async Task<RawHttpConnection> CycloneAsync(SseFabricProcess frontend)
    {
        var connection = await RawHttpConnection.ConnectAsync(frontend.Address);
        await connection.GetAsync("/?channels=base");
        await connection.ReadBodyUntilAsync("the first bytes", body => body.Length >= 2);
        return connection;
    }

    private static Task<string> SeeBodyAsync(HttpPublisher http, string expected, TimeSpan within) => Eventually.SeeAsync(
        expected, async () => (await http.SendAsync(HttpMethod.Get, "/stats", null, null)).Body, body => body == expected, within);

    private static async Task SeeAllAsync(ProcessCluster cluster, Func<JsonElement, bool> isRight, TimeSpan within)
    {
        foreach (var frontend in cluster.Frontends)
        {
            using var http = new HttpPublisher(frontend.Address);
            await SeeAsync(http, isRight, within);
        }
    }

    private static Task<JsonElement> SeeAsync(HttpPublisher http, Func<JsonElement, bool> isRight, TimeSpan within) =>
        Eventually.SeeAsync("the counts", () => StatsAsync(http), isRight, within, show: stats => stats.GetRawText());

    private static async Task<JsonElement> StatsAsync(HttpPublisher http)
    {
        var answer = await http.SendAsync(HttpMethod.Get, "/stats", null, null);
        Assert.True(answer.Status == 200, $"{answer.Status}: {answer.Body}");
        return answer.Json;
    }

    private static (long Connected, long Served, long Events, long Published) Totals(JsonElement stats)
    {
        return (Of("connected"), Of("served"), Of("events"), Of("published"));

        long Of(string key) => stats.GetProperty(key).GetInt64();
    }

    private static IEnumerable<(string Name, int Subscribers)> Channels(JsonElement stats) =>
        stats.GetProperty("channels").EnumerateArray().Select(channel => (channel.GetProperty("name").GetString()!, channel.GetProperty("subscribers").GetInt32()));

    private static IEnumerable<string> Names(JsonElement stats) => stats.GetProperty("silos").EnumerateArray().Select(silo => silo.GetProperty("name").GetString()!.Split('-')[^1]);

    private static long AsOf(JsonElement stats) => stats.GetProperty("time").GetInt64();

    private static long Now() => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
}
