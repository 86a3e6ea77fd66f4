using SseFabric.TestKit.Http;
using SseFabric.TestKit.Processes;
using SseFabric.TestKit.Redis;
using SseFabric.TestKit.Waiting;

namespace SseFabric.EndToEnd.Stream;

/// <summary>Heartbeats, and the end of streams.</summary>
[Trait("Suite", "EndToEnd")]
public sealed class LifetimeTests
{
    /// <summary>So many seconds a busy machine may be late; the ticks themselves are FanOutTests'.</summary>
    private const double Late = 10;

    [Fact]
    public async Task Heartbeat_AfterSilence_IsAComment()
    {
        await using var fabric = await SseFabricProcess.StartAsync("--Fabric:Stream:Heartbeat=00:00:01");
        var begin = TimeProvider.System.GetTimestamp();
        await using var client = await SseClient.JoinAsync(fabric.Events("a"));

        await client.WaitForRawAsync("three comments", raw => raw.EndsWith('\n') && client.Comments.Count >= 3);

        var took = TimeProvider.System.GetElapsedTime(begin).TotalSeconds;
        Assert.InRange(took, 2.0, 3.0 + Late);
        Assert.Matches(@"\Aid: [^\n]+\nretry: 3000\n\n(:[^\n]*\n\n?){3,}\z", client.Raw);
    }

    [Fact]
    public async Task MaxAge_Set_EndsStreamsSpreadOut()
    {
        await using var fabric = await SseFabricProcess.StartAsync("--Fabric:Stream:MaxAge=00:00:03");
        var ages = await Task.WhenAll(Enumerable.Range(0, 12).Select(async _ =>
        {
            var begin = TimeProvider.System.GetTimestamp();
            await using var client = await SseClient.JoinAsync(fabric.Events("a"));
            await client.Ended.Within("the end of the stream at its MaxAge", () => client.Raw);
            Assert.Null(client.BrokenBy);
            return TimeProvider.System.GetElapsedTime(begin).TotalSeconds;
        }));

        Assert.All(ages, age => Assert.InRange(age, 2.2, 3.0 + Late));
        Assert.True(ages.Max() - ages.Min() > 0.05, $"All ended together: {string.Join(", ", ages)}");
    }

    [Fact]
    public async Task Terminate_WithSubscribers_EndsTheirStreamsWithARetry()
    {
        await using var fabric = await SseFabricProcess.StartAsync("--Fabric:Drain:Window=00:00:02");
        var clients = new List<SseClient>();
        for (var i = 0; i < 10; i++)
        {
            clients.Add(await SseClient.JoinAsync(fabric.Events("a")));
        }

        var exit = await fabric.Process.TerminateAsync();

        Assert.Equal(0, exit);
        foreach (var client in clients)
        {
            await client.Ended.Within("the end of a stream on SIGTERM");
            Assert.Null(client.BrokenBy);
            await client.DisposeAsync();
        }
    }

    [Fact]
    public async Task Disconnect_BySilentReset_IsNoticed()
    {
        await using var fabric = await SseFabricProcess.StartAsync();
        await using var publisher = await RedisClient.ConnectAsync(fabric.Door);
        await using var stays = await SseClient.JoinAsync(fabric.Events("a"));
        var connections = new List<RawHttpConnection>();
        for (var i = 0; i < 20; i++)
        {
            var connection = await RawHttpConnection.ConnectAsync(fabric.Address);
            connections.Add(connection);
            await connection.GetAsync("/events?channel=a");
        }

        await Eventually.SeeAsync("21 as the reply to PUBLISH", () => publisher.PublishAsync("a", "x"), reply => reply == 21);
        foreach (var connection in connections)
        {
            // With events unread in its buffer the kernel answers the close with a reset.
            await connection.DisposeAsync();
        }

        await Eventually.SeeAsync("1 as the reply to PUBLISH", () => publisher.PublishAsync("a", "x"), reply => reply == 1);
    }
}
