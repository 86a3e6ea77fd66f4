using System.Text.Json;
using SseFabric.TestKit.Processes;
using SseFabric.TestKit.Waiting;

namespace SseFabric.TestKit.Clients;

/// <summary>A subscriber on an npm package, run by node: it reconnects as the package does, and tells each event it dispatches. One caller at a time.</summary>
public sealed class NpmSubscriber : IAsyncDisposable
{
    private readonly ServerProcess _process;
    private readonly List<NpmEvent> _events = [];
    private int _linesRead;

    private NpmSubscriber(ServerProcess process) => _process = process;

    /// <summary>The packages that there is a script for in <c>tests/Npm/subscribers</c>.</summary>
    public static IReadOnlyList<string> Packages { get; } = ["eventsource", "eventsource-client", "fetch-event-source", "reconnecting-eventsource"];

    /// <summary>How often a stream was opened.</summary>
    public int Opened { get; private set; }

    /// <summary>What was dispatched so far, as of the last look.</summary>
    public IReadOnlyList<NpmEvent> Events => _events;

    /// <summary>Starts it and waits until its first stream is open: from then on it gets everything.</summary>
    public static async Task<NpmSubscriber> StartAsync(string package, Uri address)
    {
        var node = await NpmPackages.NodeAsync();
        var script = Path.Combine(NpmPackages.Folder, "subscribers", $"{package}.mjs");
        var subscriber = new NpmSubscriber(ServerProcess.Start(node, [script, address.ToString()], workingDirectory: NpmPackages.Folder));
        try
        {
            await subscriber.SeeAsync("its first stream", seen => seen.Opened > 0);
            return subscriber;
        }
        catch
        {
            await subscriber.DisposeAsync();
            throw;
        }
    }

    /// <summary>Looks again and again until it is as awaited.</summary>
    public Task SeeAsync(string awaited, Func<NpmSubscriber, bool> holds, TimeSpan? timeout = null) =>
        Eventually.SeeAsync(awaited, Look, holds, timeout, show: _ => $"{Opened} streams, {_events.Count} events; {string.Join('\n', _process.Output.TakeLast(5))}");

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private NpmSubscriber Look()
    {
        if (_process.HasExited)
        {
            throw new InvalidOperationException($"The subscriber gave up: {_process.Tail()}");
        }

        var output = _process.Output;
        for (; _linesRead < output.Count; _linesRead++)
        {
            using var line = JsonDocument.Parse(output[_linesRead]);
            var root = line.RootElement;
            if (root.TryGetProperty("opened", out _))
            {
                Opened++;
            }
            else
            {
                _events.Add(new NpmEvent(root.GetProperty("type").GetString()!, root.GetProperty("data").GetString()!, root.GetProperty("id").GetString()!));
            }
        }

        return this;
    }
}
