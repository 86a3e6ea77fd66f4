using System.Text.RegularExpressions;
using SseFabric.Channels.Hosting;
using SseFabric.TestKit.Processes;

namespace SseFabric.EndToEnd.Starting;

/// <summary>Runs the commands of README.md and docs/publishing.md as they stand there, in a network of their own, where the ports they name are free.</summary>
[Trait("Suite", "EndToEnd"), Trait("Needs", "root")]
public sealed partial class ReadmeTests : IAsyncLifetime
{
    private static readonly TimeSpan s_building = TimeSpan.FromMinutes(4);
    private static readonly string[] s_pages = ["README.md", "docs/publishing.md"];
    private static readonly Dictionary<string, string> s_commands = Commands();

    private readonly string _network = $"readme{Environment.ProcessId}";
    private readonly List<ServerProcess> _started = [];

    public async ValueTask InitializeAsync()
    {
        Need.Root();
        await IpAsync("netns", "add", _network);
        await IpAsync("-n", _network, "link", "set", "lo", "up");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in Enumerable.Reverse(_started))
        {
            await process.DisposeAsync();
        }

        if (_started.Count > 0)
        {
            await IpAsync("netns", "del", _network);
        }
    }

    [Fact]
    public Task OneProcess_WatchAndPublish_ShowsTheEvent() => FollowAsync("server", "watch", "publish");

    [Fact]
    public Task OneProcess_WatchAndPublishOverHttp_ShowsTheEvent() => FollowAsync("server", "watch", "publish-http");

    [Fact]
    public async Task PublishingPage_EachCommand_IsAccepted()
    {
        var running = Run(s_commands["server"]);
        await running.WaitForLineAsync("the ready line", line => line.StartsWith("SseFabric is ready", StringComparison.Ordinal), s_building);
        var commands = s_commands.Where(command => command.Key.StartsWith("publishing-", StringComparison.Ordinal)).ToList();

        Assert.Equal(7, commands.Count);
        foreach (var (name, command) in commands)
        {
            var publishing = Run(command);
            Assert.Equal(0, await publishing.WaitForExitAsync());
            Assert.True(publishing.Output.Any(line => line.Contains("\"subscribers\":0", StringComparison.Ordinal)), $"{name}: {publishing.Tail()}");
        }

        Assert.Equal(0, await running.TerminateAsync(TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public async Task OwnRedis_WatchAndPublish_ShowsTheEvent()
    {
        await StartRedisAsync();
        await FollowAsync("redis-server", "watch", "redis-publish");
    }

    [Fact]
    public async Task Cluster_WatchAndPublish_ShowsTheEvent()
    {
        if (!Engine.HasClustering)
        {
            var refused = Run(s_commands["cluster"]);
            Assert.Equal(2, await refused.WaitForExitAsync(s_building));
            return;
        }

        await StartRedisAsync();
        await FollowAsync("cluster", "cluster-watch", "cluster-publish", ready: "The cluster is ready");
    }

    private async Task FollowAsync(string server, string watch, string publish, string ready = "SseFabric is ready")
    {
        var running = Run(s_commands[server]);
        await running.WaitForLineAsync("the ready line", line => line.StartsWith(ready, StringComparison.Ordinal), s_building);
        var watching = Run(s_commands[watch]);
        await watching.WaitForLineAsync("the first block", line => line.StartsWith("id: ", StringComparison.Ordinal));
        var publishing = Run(s_commands[publish]);
        Assert.Equal(0, await publishing.WaitForExitAsync());
        await watching.WaitForLineAsync("the event", line => line == "data: hello");
        await watching.Kill9Async();
        Assert.Equal(0, await running.TerminateAsync(TimeSpan.FromMinutes(1)));
    }

    private async Task StartRedisAsync()
    {
        Need.Tool("redis-server");
        await Run("redis-server --port 6379 --save ''").WaitForLineAsync("Redis", line => line.Contains("Ready to accept connections", StringComparison.Ordinal));
    }

    private ServerProcess Run(string command)
    {
        var environment = new Dictionary<string, string?> { ["Clustering"] = Engine.HasClustering ? null : "false" };
        var process = ServerProcess.Start(Need.Tool("ip"), ["netns", "exec", _network, "bash", "-c", command], environment, Repository.Root);
        _started.Add(process);
        return process;
    }

    private static async Task IpAsync(params string[] args)
    {
        await using var process = ServerProcess.Start(Need.Tool("ip"), args);
        Assert.Equal(0, await process.WaitForExitAsync());
    }

    private static Dictionary<string, string> Commands() =>
        s_pages.SelectMany(page => Block().Matches(File.ReadAllText(Path.Combine(Repository.Root, page)))).ToDictionary(block => block.Groups["name"].Value, block => block.Groups["command"].Value);

    [GeneratedRegex(@"<!-- run: (?<name>[a-z-]+) -->\n```sh\n(?<command>[^`]+)\n```")]
    private static partial Regex Block();
}
