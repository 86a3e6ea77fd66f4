using SseFabric.Channels.Hosting;
using SseFabric.TestKit.Amqp;
using SseFabric.TestKit.Processes;
using SseFabric.TestKit.Waiting;

namespace SseFabric.EndToEnd.Documentation;

/// <summary>Runs the commands of pages in a network and a folder of their own, where the ports and files that they name are free.</summary>
internal sealed class CommandNetwork : IAsyncDisposable
{
    private static readonly TimeSpan s_building = TimeSpan.FromMinutes(4);
    private static int s_networks;

    private readonly string _network = $"docs{Environment.ProcessId}-{Interlocked.Increment(ref s_networks)}";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ssefabric-docs-");
    private readonly List<ServerProcess> _started = [];
    private RabbitServer? _rabbit;

    private readonly string _run;

    private CommandNetwork(string run) => _run = run;

    /// <summary>Skips the test where there can be no such network.</summary>
    /// <param name="withBuild">Whether <c>./run.sh</c> is that; otherwise what it runs in the end, which spares a look at what is to be built.</param>
    public static async Task<CommandNetwork> CreateAsync(bool withBuild)
    {
        Need.Root();
        var network = new CommandNetwork(withBuild ? Path.Combine(Repository.Root, "run.sh") : $"exec dotnet {Repository.Program("Frontend")}");
        await IpAsync("netns", "add", network._network);
        await IpAsync("-n", network._network, "link", "set", "lo", "up");
        return network;
    }

    public ServerProcess Run(string command)
    {
        var environment = new Dictionary<string, string?> { ["Clustering"] = Engine.HasClustering ? null : "false" };
        var found = command.Replace("./run.sh", _run, StringComparison.Ordinal).Replace(" samples/", $" {Repository.Root}/samples/", StringComparison.Ordinal);
        var process = ServerProcess.Start(Need.Tool("ip"), ["netns", "exec", _network, "bash", "-c", found], environment, _folder.FullName);
        _started.Add(process);
        return process;
    }

    /// <summary>Runs a command that starts the program, and waits until it is ready, which takes as long as a build.</summary>
    public async Task<ServerProcess> StartAsync(string command, string ready = "SseFabric is ready")
    {
        var running = Run(command);
        await running.WaitForLineAsync("the ready line", line => line.StartsWith(ready, StringComparison.Ordinal), s_building);
        return running;
    }

    public void Write(string file, string text) => File.WriteAllText(Path.Combine(_folder.FullName, file), text);

    public async Task StartRedisAsync()
    {
        Need.Tool("redis-server");
        await Run("redis-server --port 6379 --save ''").WaitForLineAsync("Redis", line => line.Contains("Ready to accept connections", StringComparison.Ordinal));
    }

    public async Task StartRabbitAsync() => _rabbit = await RabbitServer.StartAsync(_network);

    /// <summary>Waits until somebody listens on a port of the network.</summary>
    public Task ListensAsync(int port) => Eventually.SeeAsync($"somebody on port {port}", async () =>
    {
        await using var asking = ServerProcess.Start(Need.Tool("ip"), ["netns", "exec", _network, "bash", "-c", $"exec 3<>/dev/tcp/127.0.0.1/{port}"]);
        return await asking.WaitForExitAsync();
    }, exitCode => exitCode == 0);

    public async ValueTask DisposeAsync()
    {
        foreach (var process in Enumerable.Reverse(_started))
        {
            await process.DisposeAsync();
        }

        if (_rabbit is not null)
        {
            await _rabbit.DisposeAsync();
        }

        await IpAsync("netns", "del", _network);
        _folder.Delete(recursive: true);
    }

    private static async Task IpAsync(params string[] args)
    {
        await using var process = ServerProcess.Start(Need.Tool("ip"), args);
        Assert.Equal(0, await process.WaitForExitAsync());
    }
}
