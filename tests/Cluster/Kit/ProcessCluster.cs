using SseFabric.TestKit.Processes;
using SseFabric.TestKit.Redis;

namespace SseFabric.Cluster.Kit;

/// <summary>A cluster of real processes that meet in a real Redis.</summary>
internal sealed class ProcessCluster : IAsyncDisposable
{
    private const string TableKey = "sse-fabric/members/sse-fabric";

    private readonly List<ServerProcess> _silos = [];
    private readonly List<SseFabricProcess> _frontends = [];
    private readonly List<int> _siloPorts = [];

    private ProcessCluster(RedisServer redis) => Redis = redis;

    public RedisServer Redis { get; }

    public IReadOnlyList<ServerProcess> Silos => _silos;

    public IReadOnlyList<int> SiloPorts => _siloPorts;

    public IReadOnlyList<SseFabricProcess> Frontends => _frontends;

    public static async Task<ProcessCluster> StartAsync(int silos, int frontends, params string[] args)
    {
        var cluster = new ProcessCluster(await RedisServer.StartAsync());
        try
        {
            for (var i = 0; i < silos; i++)
            {
                await cluster.AddSiloAsync(args);
            }

            for (var i = 0; i < frontends; i++)
            {
                cluster._frontends.Add(await cluster.StartFrontendAsync(args));
            }

            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public async Task<ServerProcess> AddSiloAsync(params string[] args)
    {
        _siloPorts.Add(FreePort.Next());
        var silo = Run("channels", _siloPorts[^1], args);
        _silos.Add(silo);
        await silo.WaitForLineAsync("the ready line", line => line.Contains("is ready", StringComparison.Ordinal));
        return silo;
    }

    /// <summary>Ends a silo as planned (SIGTERM) and starts another in its place.</summary>
    /// <param name="index">Which of the silos.</param>
    /// <param name="args">Its options.</param>
    public async Task RestartSiloAsync(int index, params string[] args)
    {
        await using (var old = _silos[index])
        {
            if (await old.TerminateAsync() is var exitCode and not 0)
            {
                throw new InvalidOperationException($"The silo ended with {exitCode}: {old.Tail()}");
            }
        }

        _silos[index] = Run("channels", _siloPorts[index], args);
        await _silos[index].WaitForLineAsync("the ready line", line => line.Contains("is ready", StringComparison.Ordinal));
    }

    /// <summary>Ends a frontend as planned (SIGTERM) and starts another at the same address.</summary>
    /// <param name="index">Which of the frontends.</param>
    /// <param name="args">Its options.</param>
    public async Task RestartFrontendAsync(int index, params string[] args)
    {
        await using (var old = _frontends[index])
        {
            if (await old.Process.TerminateAsync() is var exitCode and not 0)
            {
                throw new InvalidOperationException($"The frontend ended with {exitCode}: {old.Process.Tail()}");
            }
        }

        _frontends[index] = await StartFrontendAsync([$"--port={_frontends[index].Address.Port}", .. args]);
    }

    /// <summary>Kills a frontend (SIGKILL).</summary>
    public Task KillFrontendAsync(int index) => _frontends[index].Process.Kill9Async();

    /// <summary>Starts a frontend at the address of one that is gone.</summary>
    /// <param name="index">Which of the frontends.</param>
    /// <param name="args">Its options.</param>
    public async Task ReplaceFrontendAsync(int index, params string[] args)
    {
        var port = _frontends[index].Address.Port;
        await _frontends[index].DisposeAsync();
        _frontends[index] = await StartFrontendAsync([$"--port={port}", .. args]);
    }

    /// <summary>Starts a silo and doesn't wait.</summary>
    public ServerProcess Run(string role, int siloPort, params string[] args)
    {
        var program = Repository.Program("Silo");
        var host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        return ServerProcess.Start(host, [program, .. Args(role, siloPort), .. args], workingDirectory: Path.GetDirectoryName(program));
    }

    /// <summary>The rows of the membership table, by silo, with its version.</summary>
    public async Task<IReadOnlyDictionary<string, string>> TableAsync()
    {
        await using var client = await Redis.ConnectAsync();
        var reply = (await client.ExecuteAsync("HGETALL", TableKey)).Items!;
        return reply.Chunk(2).ToDictionary(pair => pair[0].Text, pair => pair[1].Text);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var frontend in _frontends)
        {
            await frontend.DisposeAsync();
        }

        foreach (var silo in _silos)
        {
            await silo.DisposeAsync();
        }

        await Redis.DisposeAsync();
    }

    private Task<SseFabricProcess> StartFrontendAsync(string[] args) =>
        SseFabricProcess.StartAsync([.. Args("frontend", FreePort.Next()), .. args]);

    // Silos have a gateway for Orleans clients.
    private IEnumerable<string> Args(string role, int siloPort) =>
    [
        $"--Fabric:Cluster:Role={role}", "--redis", Redis.Configuration, $"--Fabric:Cluster:SiloPort={siloPort}",
        $"--Fabric:Cluster:GatewayPort={(role == "channels" ? FreePort.Next() : 0)}", "--Fabric:Cluster:AdvertisedAddress=127.0.0.1",
    ];
}
