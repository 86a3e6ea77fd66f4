using SseFabric.TestKit.Http;
using SseFabric.TestKit.Processes;
using SseFabric.TestKit.Redis;
using SseFabric.TestKit.Waiting;

namespace SseFabric.EndToEnd.Profiles;

/// <summary>What cyclone-sse's Redis sees of its clients.</summary>
[Trait("Suite", "EndToEnd")]
[Trait("Needs", "redis-server")]
public sealed class CycloneSubscriptionTests
{
    [Fact]
    [Trait("Parity", "118")]
    [Trait("Parity", "47")]
    public async Task Subscribers_AHundredOfAChannel_AreOneSubscriptionThatEndsWithTheLast()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var client = await redis.ConnectAsync();
        await using var fabric = await SseFabricProcess.StartAsync(
            "--profile", "cyclone", "--redis", redis.Configuration, "--Fabric:Channels:0:Match=*", "--Fabric:Channels:0:Linger=00:00:00");
        using var http = new HttpPublisher(fabric.Address);
        var streams = new List<RawHttpConnection>();
        for (var i = 0; i < 100; i++)
        {
            streams.Add(await RawHttpConnection.ConnectAsync(fabric.Address));
            await streams[^1].GetAsync("/?channels=base");
        }

        Assert.Equal(1, await client.NumSubAsync("base"));
        await Eventually.SeeAsync("a hundred clients", () => CountAsync(http), count => count == 100);
        Assert.Equal(1, await client.PublishAsync("base", "[1, 2, 3]"));
        await Task.WhenAll(streams.Select(stream => CycloneFixture.SeeAsync(stream, "[1, 2, 3]")));

        await Task.WhenAll(streams.Skip(1).Select(stream => stream.DisposeAsync().AsTask()));
        await Eventually.SeeAsync("one client", () => CountAsync(http), count => count == 1);
        Assert.Equal(1, await client.NumSubAsync("base"));

        await streams[0].DisposeAsync();
        await Eventually.SeeAsync("no subscription", () => client.NumSubAsync("base"), count => count == 0);
        await Eventually.SeeAsync("no count", async () => (await http.SendAsync(HttpMethod.Get, "/stats", null, null)).Body, body => body == "[]");
    }

    private static async Task<int> CountAsync(HttpPublisher http) =>
        (await http.SendAsync(HttpMethod.Get, "/stats", null, null)).Json.EnumerateArray().Where(row => row[0].GetString() == "base").Sum(row => row[1].GetInt32());
}
