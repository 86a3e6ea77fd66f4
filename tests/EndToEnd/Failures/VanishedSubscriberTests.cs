using SseFabric.TestKit.Faults;
using SseFabric.TestKit.Http;
using SseFabric.TestKit.Processes;
using SseFabric.TestKit.Redis;
using SseFabric.TestKit.Waiting;

namespace SseFabric.EndToEnd.Failures;

/// <summary>A subscriber's machine loses its network: no FIN, no reset, no acknowledgement.</summary>
[Collection(nameof(Alone))]
[Trait("Suite", "EndToEnd")]
[Trait("Needs", "root")]
public sealed class VanishedSubscriberTests
{
    [Fact]
    public async Task Vanished_WithoutFin_IsGoneWithinTwoHeartbeats()
    {
        var heartbeat = TimeSpan.FromSeconds(3);
        await using var space = await NetworkNamespace.CreateAsync();
        var port = FreePort.Next();
        await using var fabric = await SseFabricProcess.StartAsync(
            "--urls", $"http://{space.Host}:{port}", "--Fabric:Publish:Open=true", $"--Fabric:Stream:Heartbeat={heartbeat:c}", "--Fabric:Channels:0:Match=*", "--Fabric:Channels:0:Linger=00:00:01");
        await using var publisher = await RedisClient.ConnectAsync(fabric.Door);
        await using var vanishing = await RawHttpConnection.ConnectAsync(space.CreateSocket(), fabric.Address);
        await vanishing.GetAsync("/events?channel=v", "Accept: text/event-stream");
        await using var stays = await RawHttpConnection.ConnectAsync(fabric.Address);
        await stays.GetAsync("/events?channel=v", "Accept: text/event-stream");
        await Eventually.SeeAsync("2 as the reply to PUBLISH", () => publisher.PublishAsync("v", "x"), reply => reply == 2);
        await vanishing.ReadBodyUntilAsync("the event", text => text.Contains("data: x\n\n", StringComparison.Ordinal));

        await space.VanishAsync();
        var begin = TimeProvider.System.GetTimestamp();

        await Eventually.SeeAsync(
            "the vanished subscriber's connection to be given up",
            () => TcpTable.PeersOf(port),
            peers => !peers.Contains(vanishing.LocalPort),
            TimeSpan.FromSeconds(30),
            show: peers => string.Join(", ", peers));
        var took = TimeProvider.System.GetElapsedTime(begin);
        Assert.True(took <= (2 * heartbeat) + TimeSpan.FromSeconds(0.5), $"It took {took.TotalSeconds:0.0} s.");
        await Eventually.SeeAsync("1 as the reply to PUBLISH", () => publisher.PublishAsync("v", "x"), reply => reply == 1);
        Assert.Contains(stays.LocalPort, TcpTable.PeersOf(port));
    }

    /// <summary>Then the kernel asks after 15 s of silence, and once more 15 s later.</summary>
    [Fact]
    [Trait("Parity", "71")]
    public async Task Vanished_HeartbeatOff_IsNoticedByTheKernel()
    {
        await using var space = await NetworkNamespace.CreateAsync();
        var port = FreePort.Next();
        await using var fabric = await SseFabricProcess.StartAsync("--urls", $"http://{space.Host}:{port}", "--Fabric:Publish:Open=true", "--Fabric:Stream:Heartbeat=00:00:00");
        await using var vanishing = await RawHttpConnection.ConnectAsync(space.CreateSocket(), fabric.Address);
        await vanishing.GetAsync("/events?channel=v", "Accept: text/event-stream");
        await using var stays = await SseClient.JoinAsync(fabric.Events("v"));

        await space.VanishAsync();

        await Eventually.SeeAsync("the vanished subscriber's connection to be given up", () => TcpTable.PeersOf(port), peers => !peers.Contains(vanishing.LocalPort), TimeSpan.FromSeconds(45), show: peers => string.Join(", ", peers));
        Assert.False(stays.Ended.IsCompleted);
        Assert.Empty(stays.Comments);
    }

    [Fact]
    public async Task Vanished_WhileIdleChannel_OthersHeartbeatsGoOn()
    {
        await using var space = await NetworkNamespace.CreateAsync();
        await using var fabric = await SseFabricProcess.StartAsync("--urls", $"http://{space.Host}:{FreePort.Next()}", "--Fabric:Publish:Open=true", "--Fabric:Stream:Heartbeat=00:00:01");
        var vanishing = new List<RawHttpConnection>();
        for (var i = 0; i < 50; i++)
        {
            vanishing.Add(await RawHttpConnection.ConnectAsync(space.CreateSocket(), fabric.Address));
            await vanishing[^1].GetAsync("/events?channel=v");
        }

        await using var stays = await SseClient.JoinAsync(fabric.Events("v"));
        await space.VanishAsync();
        var before = stays.Comments.Count;
        await Eventually.SeeAsync("five heartbeats", () => stays.Comments.Count - before, count => count >= 5, TimeSpan.FromSeconds(10));
        await Eventually.SeeAsync("all the vanished to be given up", () => TcpTable.PeersOf(fabric.Address.Port).Count, count => count == 1);
        foreach (var connection in vanishing)
        {
            await connection.DisposeAsync();
        }
    }
}
