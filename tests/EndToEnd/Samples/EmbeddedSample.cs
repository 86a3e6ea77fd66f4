using SseFabric.TestKit.Http;
using SseFabric.TestKit.Processes;

namespace SseFabric.EndToEnd.Samples;

/// <summary>samples/embedded, running.</summary>
public sealed class EmbeddedSample : IAsyncLifetime
{
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("ssefabric-embedded-");

    public ServerProcess Process { get; private set; } = null!;

    public Uri Address { get; } = new($"http://127.0.0.1:{FreePort.Next()}");

    public async ValueTask InitializeAsync() => await StartAsync();

    public async Task StartAsync(params string[] args)
    {
        Process = Run(["--urls", Address.ToString(), .. args]);
        await Process.WaitForLineAsync("the ready line", line => line.Contains("Application started", StringComparison.Ordinal));
    }

    public async ValueTask DisposeAsync()
    {
        if (Process is not null)
        {
            await Process.DisposeAsync();
        }

        _home.Delete(recursive: true);
    }

    public Uri At(string target) => new(Address, target);

    public async Task<SseRequest> SignInAsync(string name)
    {
        using var client = new HttpPublisher(Address);
        var answer = await client.PostAsync($"/login?name={name}", "", null);
        Assert.Equal(200, answer.Status);
        return new SseRequest { Headers = new Dictionary<string, string> { ["Cookie"] = answer.Header("Set-Cookie")!.Split(';')[0] } };
    }

    /// <summary>Runs it with exactly these arguments and doesn't wait.</summary>
    public ServerProcess Run(params string[] args)
    {
        var program = Repository.Program("Embedded");
        var host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

        // The keys of its cookies are kept below HOME.
        var environment = new Dictionary<string, string?> { ["HOME"] = _home.FullName };
        return ServerProcess.Start(host, [program, .. args], environment, Path.GetDirectoryName(program));
    }
}
