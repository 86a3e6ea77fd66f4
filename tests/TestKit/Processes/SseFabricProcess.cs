using System.Net;
using System.Text.RegularExpressions;

namespace SseFabric.TestKit.Processes;

/// <summary>The real frontend program, as a user starts it.</summary>
public sealed partial class SseFabricProcess : IAsyncDisposable
{
    private const int Attempts = 3;

    private SseFabricProcess(ServerProcess process, string readyLine, int doorPort)
    {
        Process = process;
        ReadyLine = readyLine;
        Address = new Uri(AddressPattern().Match(readyLine).Value);
        Door = new IPEndPoint(IPAddress.Loopback, doorPort);
    }

    public ServerProcess Process { get; }

    public string ReadyLine { get; }

    public Uri Address { get; }

    /// <summary>Where the RESP door listens.</summary>
    public IPEndPoint Door { get; }

    /// <summary>Starts it on free ports, unless <paramref name="args"/> name some, and waits until it is ready.</summary>
    public static async Task<SseFabricProcess> StartAsync(params string[] args)
    {
        for (var attempt = 1; ; attempt++)
        {
            var doorPort = FreePort.Next();
            var process = Run([.. Defaults(args, doorPort), .. args]);
            try
            {
                var line = await process.WaitForLineAsync("the ready line", IsReady);
                return new SseFabricProcess(process, line, doorPort);
            }
            catch (Exception) when (attempt < Attempts && process.Tail().Contains("address already in use", StringComparison.OrdinalIgnoreCase))
            {
                await process.DisposeAsync();
            }
            catch
            {
                await process.DisposeAsync();
                throw;
            }
        }
    }

    /// <summary>Runs it with exactly these arguments and doesn't wait: for starts that are to be refused.</summary>
    public static ServerProcess Run(params string[] args) => Run(args, null);

    public static ServerProcess Run(IEnumerable<string> args, IReadOnlyDictionary<string, string?>? environment)
    {
        var program = Repository.Program("Frontend");
        var host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        return ServerProcess.Start(host, [program, .. args], environment, Path.GetDirectoryName(program));
    }

    /// <summary>The address of a stream of these channels.</summary>
    public Uri Events(params string[] channels) =>
        new(Address, "/events?" + string.Join('&', channels.Select(channel => "channel=" + Uri.EscapeDataString(channel))));

    public ValueTask DisposeAsync() => Process.DisposeAsync();

    private static IEnumerable<string> Defaults(string[] args, int doorPort)
    {
        if (!args.Any(arg => arg.StartsWith("--port", StringComparison.Ordinal) || arg.StartsWith("--urls", StringComparison.Ordinal)))
        {
            yield return "--port";
            yield return $"{FreePort.Next()}";
        }

        if (!args.Any(arg => arg.StartsWith("--Fabric:RespDoor:Listen", StringComparison.Ordinal)))
        {
            yield return $"--Fabric:RespDoor:Listen=127.0.0.1:{doorPort}";
        }
    }

    // The contract: one line with what it listens on, the engine, and where messages come from.
    private static bool IsReady(string line) =>
        AddressPattern().IsMatch(line)
        && (line.Contains("single-node", StringComparison.OrdinalIgnoreCase) || line.Contains("orleans", StringComparison.OrdinalIgnoreCase));

    [GeneratedRegex(@"http://[^\s,;/]+:\d+")]
    private static partial Regex AddressPattern();
}
