using SseFabric.TestKit.Processes;

namespace SseFabric.EndToEnd.Starting;

/// <summary>Configuration from all its sources, and what of it is refused before the program listens.</summary>
[Trait("Suite", "EndToEnd")]
public sealed class RefusedStartTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ssefabric-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Start_ManyErrors_TellsEachOnALineAndEndsWithTwo()
    {
        var config = File("config.json", """{"Fabric":{"Stream":{"Retry":"soon","Colour":"red"}}}""");
        var environment = new Dictionary<string, string?> { ["Fabric__Drain__Window"] = "20", ["FABRIC__SERVERS__B"] = "h:1,password=geheim,nonsense=1" };

        var (exitCode, output) = await RunAsync(["stray", "--prot=1", "--port=x", "--config", config, "--Fabric:Stream:MaxChannels", "0", "--urls=ftp://x"], environment);

        Assert.Equal(2, exitCode);
        string[] starts =
        [
            "command line: \"stray\"", "--prot: ", "--port: \"x\"", "Fabric:Stream:Retry: \"soon\"", "Fabric:Stream:Colour: unknown key", "Fabric:Drain:Window: \"20\"",
            "Fabric:Servers:B: ", "Fabric:Stream:MaxChannels: \"0\"", "urls: \"ftp://x\"",
        ];
        Assert.All(starts, start => Assert.Single(output, line => line.StartsWith(start, StringComparison.OrdinalIgnoreCase)));
        Assert.Equal(starts.Length, output.Count);
        Assert.All(output, line => Assert.Contains("; accepted: ", line, StringComparison.Ordinal));
        Assert.DoesNotContain("geheim", string.Join('\n', output), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{", "a file with a JSON object")]
    [InlineData("[]", "a file with a JSON object")]
    [InlineData("""{"Fabric":{"Redis":"a","redis":"b"}}""", "a file with a JSON object")]
    [InlineData(null, "a file that can be read")]
    public async Task Start_BadConfigFile_IsRefused(string? content, string accepted)
    {
        var path = content is null ? Path.Combine(_folder, "missing.json") : File("config.json", content);

        var (exitCode, output) = await RunAsync(["--config", path]);

        Assert.Equal(2, exitCode);
        var line = Assert.Single(output);
        Assert.StartsWith($"--config: \"{path}\"", line, StringComparison.Ordinal);
        Assert.Contains(accepted, line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_BadAppSettings_IsRefused()
    {
        var path = File("appsettings.json", "{");

        var (exitCode, output) = await RunAsync([$"--contentRoot={_folder}"]);

        Assert.Equal(2, exitCode);
        Assert.StartsWith(path, Assert.Single(output), StringComparison.Ordinal);
    }

    /// <summary>Each source has a bad value of its own, so the error tells which one counted.</summary>
    [Theory]
    [InlineData(true, true, true, "command")]
    [InlineData(false, true, true, "environment")]
    [InlineData(false, false, true, "config")]
    [InlineData(false, false, false, "appsettings")]
    public async Task Precedence_IsCommandLineEnvironmentConfigAppSettings(bool command, bool environment, bool config, string counts)
    {
        File("appsettings.json", """{"Fabric":{"Profile":"appsettings"}}""");
        var args = new List<string> { $"--contentRoot={_folder}" };
        if (command)
        {
            args.Add("--profile=command");
        }

        if (config)
        {
            args.Add($"--config={File("config.json", """{"Fabric":{"Profile":"config"}}""")}");
        }

        var (exitCode, output) = await RunAsync(args, environment ? new() { ["Fabric__Profile"] = "environment" } : []);

        Assert.Equal(2, exitCode);
        Assert.Equal($"Fabric:Profile: \"{counts}\" is not accepted; accepted: native, uwsgi, cyclone, redisse.", Assert.Single(output));
    }

    [Theory]
    [InlineData("--urls=http://127.0.0.1:99999", "urls: ")]
    [InlineData("--urls=127.0.0.1:80", "urls: ")]
    [InlineData("--urls=http://localhost:0", "urls: ")]
    [InlineData("--Kestrel:Endpoints:A:Url=nonsense", "Kestrel:Endpoints:A:Url: ")]
    public async Task Start_BadAddress_IsRefused(string arg, string start)
    {
        var (exitCode, output) = await RunAsync([arg]);

        Assert.Equal(2, exitCode);
        Assert.StartsWith(start, Assert.Single(output), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_PortBesideKestrelEndpoints_IsRefused()
    {
        var (exitCode, output) = await RunAsync(["--port=0", "--Kestrel:Endpoints:A:Url=http://127.0.0.1:0"]);

        Assert.Equal(2, exitCode);
        Assert.Contains("only without Kestrel:Endpoints", Assert.Single(output), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Profile=redisse", "with Profile redisse, a channel whose Format is Frame")]
    [InlineData("Mode=raw", "with Mode raw, a channel whose Format is Text or Raw")]
    public async Task Start_RouteThatCanNotServeItsChannelsFormat_IsRefused(string setting, string accepted)
    {
        var (exitCode, output) = await RunAsync(
            ["--Fabric:Channels:0:Match=json*", "--Fabric:Channels:0:Format=json", "--Fabric:Routes:0:Path=^/(.*)$", "--Fabric:Routes:0:Channel=json-$1", $"--Fabric:Routes:0:{setting}"]);

        Assert.Equal(2, exitCode);
        var line = Assert.Single(output);
        Assert.StartsWith("Fabric:Routes:0:Channel: \"json-$1\" is not accepted", line, StringComparison.Ordinal);
        Assert.Contains(accepted, line, StringComparison.Ordinal);
    }

    private string File(string name, string content)
    {
        var path = Path.Combine(_folder, name);
        System.IO.File.WriteAllText(path, content);
        return path;
    }

    private static async Task<(int ExitCode, IReadOnlyList<string> Output)> RunAsync(IEnumerable<string> args, Dictionary<string, string?>? environment = null)
    {
        await using var program = SseFabricProcess.Run(args, environment);
        return (await program.WaitForExitAsync(TimeSpan.FromSeconds(30)), program.Output);
    }
}
