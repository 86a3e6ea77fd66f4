using SseFabric.Cluster.Kit;
using SseFabric.TestKit.Http;
using SseFabric.TestKit.Waiting;

namespace SseFabric.Cluster.Processes;

/// <summary>Streams that are ended on every frontend of the cluster, whichever is asked.</summary>
public sealed class ClusterDisconnectTests
{
    [Fact]
    public async Task Disconnect_OnOneFrontend_EndsTheStreamsOfAll()
    {
        await using var cluster = await ProcessCluster.StartAsync(1, 2);
        var streams = new List<SseClient>();
        foreach (var frontend in cluster.Frontends)
        {
            streams.Add(await SseClient.JoinAsync(frontend.Events("kicked", $"other-{streams.Count}")));
        }

        await using var stays = await SseClient.JoinAsync(cluster.Frontends[0].Events("stays"));
        using var http = new HttpPublisher(cluster.Frontends[1].Address);

        var answer = await http.PostAsync("/admin/disconnect", """{"channel":"kicked"}""", null);

        Assert.True(answer.Status == 200, answer.Body);
        Assert.Equal(2, answer.Json.GetProperty("disconnected").GetInt32());
        foreach (var stream in streams)
        {
            await stream.Ended.Within("the end of a stream");
            Assert.Equal("""{"reason":"kicked"}""", (await stream.NextAsync()).Text);
            await stream.DisposeAsync();
        }

        Assert.Equal(200, (await http.PostAsync("/channels/stays/events", "x", null)).Status);
        Assert.Equal("x", (await stays.NextAsync()).Text);
        await AFrontendThatIsGoneAsync(cluster, http);
    }

    /// <summary>It is not told a success until the cluster knows that nobody is left who was not told.</summary>
    private static async Task AFrontendThatIsGoneAsync(ProcessCluster cluster, HttpPublisher http)
    {
        await cluster.KillFrontendAsync(0);

        var statuses = new List<int>();
        await Eventually.SeeAsync(
            "200 once the killed frontend is known to be dead",
            async () =>
            {
                statuses.Add((await http.PostAsync("/admin/disconnect", """{"token":"jti"}""", null)).Status);
                return statuses[^1];
            },
            status => status == 200,
            TimeSpan.FromSeconds(30));
        Assert.All(statuses, status => Assert.True(status is 200 or 503, $"{status}"));
    }
}
