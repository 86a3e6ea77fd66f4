using SseFabric.TestKit.Processes;

namespace SseFabric.EndToEnd.HandOff;

/// <summary>samples/nginx/nginx.conf itself, on ports of the test's own.</summary>
internal static class NginxSample
{
    public static async Task<NginxServer> StartAsync(int application, int frontend, int secondFrontend)
    {
        var port = FreePort.Next();
        var configuration = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "samples", "nginx", "nginx.conf"));
        foreach (var (written, own) in new[] { (8000, application), (8080, frontend), (8081, secondFrontend), (8088, port) })
        {
            Assert.Contains($"127.0.0.1:{written}", configuration, StringComparison.Ordinal);
            configuration = configuration.Replace($"127.0.0.1:{written}", $"127.0.0.1:{own}", StringComparison.Ordinal);
        }

        return await NginxServer.StartAsync(configuration, port);
    }
}
