using SseFabric.TestKit.Http;
using SseFabric.TestKit.Processes;
using SseFabric.TestKit.Waiting;

namespace SseFabric.EndToEnd.MainPath;

/// <summary>What a newcomer does first: no Redis, a publisher of any kind at the RESP door, a subscriber at /events.</summary>
[Trait("Suite", "EndToEnd")]
public sealed class RespDoorPublishTests(FrontendFixture fixture) : IClassFixture<FrontendFixture>
{
    [Fact]
    public void Start_WithoutRedis_SaysWhatItIsOnOneLine()
    {
        Assert.Contains($"127.0.0.1:{fixture.Fabric.Address.Port}", fixture.Fabric.ReadyLine, StringComparison.Ordinal);
        Assert.Contains($"{fixture.Fabric.Door}", fixture.Fabric.ReadyLine, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Needs", "redis-server")]
    public async Task Publish_WithRedisCli_ReachesTheSubscriber()
    {
        var cli = Need.Tool("redis-cli");
        var channel = FrontendFixture.Unique("clock");
        await using var subscriber = await JoinCountedAsync(channel);

        await using var process = ServerProcess.Start(cli, ["-p", $"{fixture.Fabric.Door.Port}", "publish", channel, "hello"]);

        Assert.Equal(0, await process.WaitForExitAsync());
        Assert.Equal("1", process.Tail().Replace("(integer) ", "", StringComparison.Ordinal));
        Assert.Equal("hello", (await subscriber.NextAsync()).Text);
    }

    [Fact]
    [Trait("Needs", "python3-redis")]
    public async Task Publish_WithPythonRedis_ReachesTheSubscriber()
    {
        // Debian's own interpreter: another one on PATH doesn't see Debian's modules.
        Assert.SkipUnless(File.Exists("/usr/bin/python3"), "Debian's python3 is not installed.");
        await using var probe = ServerProcess.Start("/usr/bin/python3", ["-c", "import redis"]);
        Assert.SkipUnless(await probe.WaitForExitAsync() == 0, "python3-redis is not installed.");
        var channel = FrontendFixture.Unique("clock");
        await using var subscriber = await JoinCountedAsync(channel);
        var program = $"""
            import redis
            r = redis.Redis(host="127.0.0.1", port={fixture.Fabric.Door.Port})
            assert r.ping()
            print(r.publish("{channel}", "é€😀"))
            pipe = r.pipeline(transaction=False)
            for i in range(5):
                pipe.publish("{channel}", i)
            print(pipe.execute())
            """;

        await using var process = ServerProcess.Start("/usr/bin/python3", ["-c", program]);

        Assert.True(await process.WaitForExitAsync() == 0, process.Tail());
        Assert.Equal(["1", "[1, 1, 1, 1, 1]"], process.Output);
        Assert.Equal(["é€😀", "0", "1", "2", "3", "4"], (await subscriber.TakeAsync(6)).Select(received => received.Text));
    }

    [Fact]
    public async Task Publish_Pipelined_AllArriveInOrder()
    {
        var channel = FrontendFixture.Unique();
        await using var subscriber = await fixture.JoinAsync(channel);

        await fixture.Publisher.PublishAllAsync(Enumerable.Range(0, 1000).Select(i => (channel, System.Text.Encoding.UTF8.GetBytes($"{i}"))));

        Assert.Equal(Enumerable.Range(0, 1000).Select(i => $"{i}"), (await subscriber.TakeAsync(1000)).Select(received => received.Text));
    }

    [Fact]
    public async Task Publish_Reply_IsTheNumberOfSubscribers()
    {
        var channel = FrontendFixture.Unique();
        Assert.Equal(0, await fixture.Publisher.PublishAsync(channel, "nobody"));
        await using var first = await fixture.JoinAsync(channel);
        await using var second = await fixture.JoinAsync(channel, FrontendFixture.Unique("other"));

        await Eventually.SeeAsync("2 as the reply to PUBLISH", () => fixture.Publisher.PublishAsync(channel, "two"), reply => reply == 2);
    }

    [Fact]
    public async Task Disconnect_OfASubscriber_IsNoticed()
    {
        var channel = FrontendFixture.Unique();
        await using var stays = await fixture.JoinAsync(channel);
        var leaves = await fixture.JoinAsync(channel);
        await Eventually.SeeAsync("2 as the reply to PUBLISH", () => fixture.Publisher.PublishAsync(channel, "x"), reply => reply == 2);

        await leaves.DisposeAsync();

        await Eventually.SeeAsync("1 as the reply to PUBLISH", () => fixture.Publisher.PublishAsync(channel, "x"), reply => reply == 1);
    }

    [Fact]
    public async Task Terminate_WithoutSubscribers_EndsInOrder()
    {
        await using var fabric = await SseFabricProcess.StartAsync();

        Assert.Equal(0, await fabric.Process.TerminateAsync());
    }

    /// <summary>A subscriber that the channel's owner has learnt of, which takes up to a second where that is a grain, and that has taken every probe.</summary>
    private async Task<SseClient> JoinCountedAsync(string channel)
    {
        var client = await fixture.JoinAsync(channel);
        var probes = 0;
        await Eventually.SeeAsync(
            "1 as the reply to PUBLISH",
            () =>
            {
                probes++;
                return fixture.Publisher.PublishAsync(channel, "probe");
            },
            reply => reply == 1);
        await client.TakeAsync(probes);
        return client;
    }
}
