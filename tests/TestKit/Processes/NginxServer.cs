using System.Net.Sockets;
using SseFabric.TestKit.Waiting;

namespace SseFabric.TestKit.Processes;

/// <summary>A real nginx with a given configuration, in a folder of its own.</summary>
public sealed class NginxServer : IAsyncDisposable
{
    private readonly DirectoryInfo _folder;

    private NginxServer(DirectoryInfo folder, ServerProcess process, int port) => (_folder, Process, Address) = (folder, process, new Uri($"http://127.0.0.1:{port}"));

    public ServerProcess Process { get; }

    public Uri Address { get; }

    /// <summary>Starts it and waits until it listens on <paramref name="port"/>, which the configuration names. Without nginx the test is skipped.</summary>
    public static async Task<NginxServer> StartAsync(string configuration, int port)
    {
        var nginx = Need.Tool("nginx");
        // Open to others, unlike the framework's own temporary folders: nginx' workers are another user's.
        var folder = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), $"ssefabric-nginx-{Guid.NewGuid():N}"));
        var file = Path.Combine(folder.FullName, "nginx.conf");
        await File.WriteAllTextAsync(file, configuration);
        var server = new NginxServer(folder, ServerProcess.Start(nginx, ["-p", folder.FullName, "-c", file]), port);
        try
        {
            await Eventually.SeeAsync("nginx listening", () => server.Process.HasExited || Listens(port), listens => listens, show: _ => server.Process.Tail());
            return server.Process.HasExited ? throw new InvalidOperationException($"nginx ended: {server.Process.Tail()}") : server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private static bool Listens(int port)
    {
        try
        {
            using var client = new TcpClient("127.0.0.1", port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
