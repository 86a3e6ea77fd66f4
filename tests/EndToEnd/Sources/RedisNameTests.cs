using System.Net;
using System.Net.Sockets;
using SseFabric.TestKit.Http;
using SseFabric.TestKit.Processes;
using SseFabric.TestKit.Redis;

namespace SseFabric.EndToEnd.Sources;

/// <summary>A server's name, and a name server that says nothing.</summary>
[Trait("Suite", "EndToEnd")]
[Trait("Needs", "redis-server")]
public sealed class RedisNameTests : IDisposable
{
    private const string OwnResolver = "mount --bind \"$0\" /etc/resolv.conf && exec \"$@\"";

    private readonly string _folder = Directory.CreateTempSubdirectory("ssefabric-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>The resolver waits for half a minute; the connect timeout holds for it too, and the next server is tried.</summary>
    [Fact]
    public async Task Connect_NameNotResolvedInTime_TheNextServerIsTried()
    {
        Need.Root();
        var unshare = Need.Tool("unshare");
        await using var redis = await RedisServer.StartAsync();
        await using var publisher = await redis.ConnectAsync();
        using var silent = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        silent.Bind(new IPEndPoint(new IPAddress([127, 53, (byte)Environment.ProcessId, (byte)(Environment.ProcessId >> 8)]), 53));
        var resolver = Path.Combine(_folder, "resolv.conf");
        await File.WriteAllTextAsync(resolver, $"nameserver {((IPEndPoint)silent.LocalEndPoint!).Address}\noptions timeout:30 attempts:1\n", TestContext.Current.CancellationToken);
        var (program, port) = (Repository.Program("Frontend"), FreePort.Next());
        await using var fabric = ServerProcess.Start(
            unshare,
            [
                "--mount", "sh", "-c", OwnResolver, resolver, Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? Need.Tool("dotnet"), program,
                "--port", $"{port}", "--Fabric:RespDoor:Listen=", "--redis", $"redis.ssefabric.test:6379,{redis.Configuration},connectTimeout=300",
            ],
            workingDirectory: Path.GetDirectoryName(program));
        await fabric.WaitForLineAsync("the ready line", line => line.Contains($"http://127.0.0.1:{port}", StringComparison.Ordinal));

        await fabric.WaitForLineAsync("the connection", line => line.Contains("Connected to Redis", StringComparison.Ordinal), TimeSpan.FromSeconds(15));

        Assert.True(silent.Available > 0, "Somebody asked for the name.");
        await using var stream = await SseClient.JoinAsync(new Uri($"http://127.0.0.1:{port}/events/a"));
        Assert.Equal(1, await publisher.PublishAsync("a", "1"));
        Assert.Equal("1", (await stream.NextAsync()).Text);
    }
}
