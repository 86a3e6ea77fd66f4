using SseFabric.TestKit.Http;
using SseFabric.TestKit.Processes;
using SseFabric.TestKit.Redis;

namespace SseFabric.EndToEnd.Routing;

/// <summary>A route's channels come from the Redis server that it names.</summary>
[Trait("Suite", "EndToEnd")]
[Trait("Needs", "redis-server")]
[Trait("Parity", "29")]
public sealed class RouteServerTests
{
    [Fact]
    public async Task Get_RouteWithServer_HearsThatServerAlone()
    {
        await using var main = await RedisServer.StartAsync();
        await using var other = await RedisServer.StartAsync();
        await using var fabric = await SseFabricProcess.StartAsync(
            "--redis", main.Configuration, $"--Fabric:Servers:b={other.Configuration}",
            "--Fabric:Routes:0:Path=^/room/(\\d+)$", "--Fabric:Routes:0:Channel=room_$1", "--Fabric:Routes:0:Server=b",
            "--Fabric:Routes:1:Path=^/hall/(\\d+)$", "--Fabric:Routes:1:Channel=hall_$1");
        await using var onMain = await main.ConnectAsync();
        await using var onOther = await other.ConnectAsync();
        await using var room = await SseClient.JoinAsync(new Uri(fabric.Address, "/room/1"));
        await using var hall = await SseClient.JoinAsync(new Uri(fabric.Address, "/hall/1"));

        Assert.Equal(0, await onMain.PublishAsync("room_1", "wrong server"));
        Assert.Equal(0, await onOther.PublishAsync("hall_1", "wrong server"));
        Assert.Equal(1, await onOther.PublishAsync("room_1", "room"));
        Assert.Equal(1, await onMain.PublishAsync("hall_1", "hall"));
        Assert.Equal("room", (await room.NextAsync()).Text);
        Assert.Equal("hall", (await hall.NextAsync()).Text);
    }

    [Fact]
    public async Task Get_AttackOnTheServer_StaysOnTheRoutes()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var other = await RedisServer.StartAsync();
        await using var fabric = await SseFabricProcess.StartAsync("--redis", redis.Configuration, "--Fabric:Routes:0:Path=^/ev/(.*)$", "--Fabric:Routes:0:Channel=ch_$1");
        await using var publisher = await redis.ConnectAsync();
        await using var elsewhere = await other.ConnectAsync();
        var channel = $"ch_x,server={other.Configuration}";
        await using var client = await SseClient.JoinAsync(new Uri(fabric.Address, $"/ev/x,server={other.Configuration}"));

        Assert.Equal(0, await elsewhere.PublishAsync(channel, "wrong server"));
        Assert.Equal(1, await publisher.PublishAsync(channel, "here"));
        Assert.Equal("here", (await client.NextAsync()).Text);
    }

    [Fact]
    public async Task Start_RuleOfAnotherServer_IsRefused()
    {
        await using var program = SseFabricProcess.Run(
            "--Fabric:Servers:b=127.0.0.1:1", "--Fabric:Channels:0:Match=*", "--Fabric:Routes:0:Path=^/a", "--Fabric:Routes:0:Channel=a", "--Fabric:Routes:0:Server=b",
            "--Fabric:Routes:1:Path=^/(?=b)", "--Fabric:Routes:1:Channel=$2");

        Assert.Equal(2, await program.WaitForExitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal(["Fabric:Routes:0:Server", "Fabric:Routes:1:Path"], program.Output.Select(line => line.Split(": ")[0]).Order());
    }
}
