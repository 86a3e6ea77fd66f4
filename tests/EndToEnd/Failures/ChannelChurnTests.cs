using SseFabric.TestKit.Http;
using SseFabric.TestKit.Processes;
using SseFabric.TestKit.Redis;
using SseFabric.TestKit.Waiting;

namespace SseFabric.EndToEnd.Failures;

/// <summary>Channel names come from users: those that nobody uses any more must not cost anything.</summary>
[Trait("Suite", "EndToEnd")]
[Trait("Needs", "redis-server")]
[Collection(nameof(Alone))]
public sealed class ChannelChurnTests
{
    private const int Names = 10_000;
    private const int AtOnce = 32;
    private const long MaxGrowth = 48 << 20;

    [Fact]
    public async Task Names_UsedOnceAndLeft_LeaveNothing()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var client = await redis.ConnectAsync();
        await using var fabric = await SseFabricProcess.StartAsync(
            "--redis", redis.Configuration, "--Fabric:Channels:0:Match=*", "--Fabric:Channels:0:Linger=00:00:01", "--Fabric:Channels:0:History:Count=10");

        // What ten thousand leave behind, ten thousand more would leave again; what the runtime keeps for itself they use again.
        await UseAsync(fabric, "before", Names);
        await WaitUntilLeftAsync(client);
        var settled = fabric.Process.ResidentBytes;

        await UseAsync(fabric, "once", Names);
        await WaitUntilLeftAsync(client);

        var grown = fabric.Process.ResidentBytes - settled;
        TestContext.Current.TestOutputHelper?.WriteLine($"Settled at {settled >> 20} MiB, grew by {grown >> 20} MiB.");
        Assert.True(grown < MaxGrowth, $"Memory grew by {grown >> 20} MiB, from {settled >> 20} MiB.");
        await using var after = await SseClient.JoinAsync(fabric.Events("after"));
        Assert.Equal(1, await client.PublishAsync("after", "still serving"));
        Assert.Equal("still serving", (await after.NextAsync()).Text);
    }

    private static Task UseAsync(SseFabricProcess fabric, string prefix, int names) =>
        Parallel.ForAsync(0, names, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (i, _) =>
        {
            await using var connection = await RawHttpConnection.ConnectAsync(fabric.Address);
            await connection.GetAsync($"/events/{prefix}{i}");
            await connection.ReadBodyUntilAsync("the first block", text => text.Contains("\n\n", StringComparison.Ordinal));
        });

    private static Task<int> WaitUntilLeftAsync(RedisClient client) =>
        Eventually.SeeAsync("no subscriptions", async () => (await client.ChannelsAsync()).Count, count => count == 0, TimeSpan.FromMinutes(1));
}
