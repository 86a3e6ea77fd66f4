using SseFabric.Channels.Hosting;

namespace SseFabric.EndToEnd.Documentation;

/// <summary>Runs the commands of README.md, and those of other pages that need its server, as they stand there.</summary>
[Trait("Suite", "EndToEnd"), Trait("Needs", "root")]
public sealed class ReadmeTests : IAsyncLifetime
{
    private static readonly TimeSpan s_building = TimeSpan.FromMinutes(4);
    private CommandNetwork _network = null!;

    public async ValueTask InitializeAsync() => _network = await CommandNetwork.CreateAsync(withBuild: true);

    public async ValueTask DisposeAsync()
    {
        if (_network is not null)
        {
            await _network.DisposeAsync();
        }
    }

    [Fact]
    public Task OneProcess_WatchAndPublish_ShowsTheEvent() => FollowAsync("server", "watch", "publish");

    [Fact]
    public Task OneProcess_WatchAndPublishOverHttp_ShowsTheEvent() => FollowAsync("server", "watch", "publish-http");

    [Fact]
    public async Task PublishingPage_EachCommand_IsAccepted()
    {
        var running = await _network.StartAsync(MarkedBlocks.Command("server"));
        var commands = MarkedBlocks.All.Where(block => block.Scenario == "publishing").ToList();

        Assert.Equal(7, commands.Count);
        foreach (var command in commands)
        {
            var publishing = _network.Run(command.Text);
            Assert.Equal(0, await publishing.WaitForExitAsync());
            Assert.True(publishing.Output.Any(line => line.Contains("\"subscribers\":0", StringComparison.Ordinal)), $"{command.Name}: {publishing.Tail()}");
        }

        Assert.Equal(0, await running.TerminateAsync(TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public async Task AuthorizationPage_Disconnect_EndsTheStream()
    {
        var running = await _network.StartAsync(MarkedBlocks.Command("server"));
        var watching = _network.Run(MarkedBlocks.Command("watch"));
        await watching.WaitForLineAsync("the first block", line => line.StartsWith("id: ", StringComparison.Ordinal));
        var ending = _network.Run(MarkedBlocks.Command("authorization-disconnect"));
        await ending.WaitForLineAsync("the answer", line => line.Contains("""{"status":"ok","disconnected":1""", StringComparison.Ordinal));

        Assert.Equal(0, await watching.WaitForExitAsync());
        Assert.Equal(0, await running.TerminateAsync(TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public async Task OwnRedis_WatchAndPublish_ShowsTheEvent()
    {
        await _network.StartRedisAsync();
        await FollowAsync("redis-server", "watch", "redis-publish");
    }

    [Fact]
    public async Task Cluster_WatchAndPublish_ShowsTheEvent()
    {
        if (!Engine.HasClustering)
        {
            var refused = _network.Run(MarkedBlocks.Command("cluster"));
            Assert.Equal(2, await refused.WaitForExitAsync(s_building));
            return;
        }

        await _network.StartRedisAsync();
        await FollowAsync("cluster", "cluster-watch", "cluster-publish", ready: "The cluster is ready");
    }

    private async Task FollowAsync(string server, string watch, string publish, string ready = "SseFabric is ready")
    {
        var running = await _network.StartAsync(MarkedBlocks.Command(server), ready);
        var watching = _network.Run(MarkedBlocks.Command(watch));
        await watching.WaitForLineAsync("the first block", line => line.StartsWith("id: ", StringComparison.Ordinal));
        var publishing = _network.Run(MarkedBlocks.Command(publish));
        Assert.Equal(0, await publishing.WaitForExitAsync());
        await watching.WaitForLineAsync("the event", line => line == "data: hello");
        await watching.Kill9Async();
        Assert.Equal(0, await running.TerminateAsync(TimeSpan.FromMinutes(1)));
    }
}
