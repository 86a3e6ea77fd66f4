using System.Text;
using SseFabric.Client;
using SseFabric.Client.Redis;
using SseFabric.Contracts;
using SseFabric.TestKit.Http;
using SseFabric.TestKit.Processes;
using SseFabric.TestKit.Redis;

namespace SseFabric.EndToEnd.Client;

/// <summary>What only a publisher into the history can do, and what it must not break.</summary>
[Trait("Suite", "EndToEnd")]
[Trait("Needs", "redis-server")]
public sealed class RedisHistoryPublisherTests
{
    /// <summary>Nobody runs when the events are published.</summary>
    [Fact]
    public async Task Publish_NoFabricRuns_ResumedWhenOneDoes()
    {
        await using var redis = await RedisServer.StartAsync();
        using var publisher = new RedisHistoryPublisher(new RedisPublisherOptions { Configuration = redis.Configuration });
        string id;
        await using (var fabric = await StartAsync(redis))
        {
            await using var client = await SseClient.JoinAsync(fabric.Events("a"));
            Assert.True((await publisher.PublishTextAsync("a", "1", cancellationToken: TestContext.Current.CancellationToken)).IsAccepted);
            id = (await client.NextAsync()).Id;
        }

        var answer = await publisher.PublishTextAsync("a", "2", "typed", cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal((true, 0), (answer.IsAccepted, answer.Subscribers));
        await publisher.PublishTextAsync("a", "3", cancellationToken: TestContext.Current.CancellationToken);

        await using var next = await StartAsync(redis);
        await using var again = await SseClient.JoinAsync(next.Events("a"), new SseRequest { LastEventId = id });
        await publisher.PublishTextAsync("a", "4", cancellationToken: TestContext.Current.CancellationToken);
        var events = await again.TakeAsync(3);
        Assert.Equal(["typed 2", "message 3", "message 4"], events.Select(received => $"{received.Type} {received.Text}"));
        Assert.Equal(answer.Id, events[0].Id);
    }

    /// <summary>The bounds are the owner's from the moment the channel has one, not from its first append.</summary>
    [Fact]
    public async Task Publish_OwnerHasAppendedNothing_KeepsWhatItsRuleRetains()
    {
        const int events = 150;
        await using var redis = await RedisServer.StartAsync();
        await using var fabric = await StartAsync(redis);
        using var publisher = new RedisHistoryPublisher(new RedisPublisherOptions { Configuration = redis.Configuration });
        await using var client = await SseClient.JoinAsync(fabric.Events("a"));

        await PublishNumbersAsync(publisher, events);

        await using var plain = await redis.ConnectAsync();
        Assert.Equal(events, (await plain.ExecuteAsync("XLEN", "ssefabric:history:{a}")).Number);
    }

    /// <summary>Nothing but this publisher writes to the channel, before and after.</summary>
    [Fact]
    public async Task Publish_RuleHasChanged_KeepsWhatTheNewOneRetains()
    {
        await using var redis = await RedisServer.StartAsync();
        using var publisher = new RedisHistoryPublisher(new RedisPublisherOptions { Configuration = redis.Configuration });
        await using (var before = await StartAsync(redis))
        {
            await using var client = await SseClient.JoinAsync(before.Events("a"));
            await PublishNumbersAsync(publisher, 20);
        }

        await using var after = await StartAsync(redis, retained: 10);
        await using var joined = await SseClient.JoinAsync(after.Events("a"));
        await PublishNumbersAsync(publisher, 1);

        await using var plain = await redis.ConnectAsync();
        Assert.Equal(10, (await plain.ExecuteAsync("XLEN", "ssefabric:history:{a}")).Number);
    }

    [Fact]
    public async Task CommandLine_AppendsAndPrintsTheId()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var fabric = await StartAsync(redis);
        await using var client = await SseClient.JoinAsync(fabric.Events("a"));

        var (exitCode, output) = await CliProcess.RunAsync("publish", "a", "42", "--redis-history", redis.Configuration, "--type", "price");

        Assert.Equal(0, exitCode);
        var arrived = await client.NextAsync();
        Assert.Equal(("price", "42", output), (arrived.Type, arrived.Text, arrived.Id));
    }

    /// <summary>Beside the owner, which records plain PUBLISH and HTTP on the same channel: each event gets one number and arrives once.</summary>
    [Fact]
    public async Task Publish_ManyWritersAtOnce_EachEventOnceAndInItsWritersOrder()
    {
        const int each = 500;
        await using var redis = await RedisServer.StartAsync();
        await using var fabric = await StartAsync(redis);
        string[] writers = ["own", "other", "plain", "http"];
        await using var client = await SseClient.JoinAsync(fabric.Events("a"));
        await using var plain = await redis.ConnectAsync();
        using var http = new HttpClient();
        using var own = new RedisHistoryPublisher(new RedisPublisherOptions { Configuration = redis.Configuration });
        using var other = new RedisHistoryPublisher(new RedisPublisherOptions { Configuration = redis.Configuration });
        var events = new Uri(fabric.Address, "/channels/a/events");

        await Task.WhenAll(
            WriteAsync("own", payload => PublishAsync(own, payload)),
            WriteAsync("other", payload => PublishAsync(other, payload)),
            WriteAsync("plain", async payload => Assert.Equal(1, await plain.PublishAsync("a", payload))),
            WriteAsync("http", async payload => Assert.True((await http.PostAsync(events, new ByteArrayContent(payload), TestContext.Current.CancellationToken)).IsSuccessStatusCode)));

        var received = await client.TakeAsync(writers.Length * each);
        foreach (var writer in writers)
        {
            Assert.Equal(
                Enumerable.Range(1, each).Select(i => $"{writer}:{i}"),
                received.Select(item => item.Text).Where(text => text.StartsWith($"{writer}:", StringComparison.Ordinal)));
        }

        Assert.Equal(received.Count, received.Select(item => item.Id).Distinct().Count());
        Assert.Equal(received.Count, (await plain.ExecuteAsync("XLEN", "ssefabric:history:{a}")).Number);

        async Task WriteAsync(string writer, Func<byte[], Task> publish)
        {
            for (var i = 1; i <= each; i++)
            {
                await publish(Encoding.UTF8.GetBytes($"{writer}:{i}"));
            }
        }
    }

    private static async Task PublishNumbersAsync(RedisHistoryPublisher publisher, int last)
    {
        for (var i = 1; i <= last; i++)
        {
            await PublishAsync(publisher, Encoding.UTF8.GetBytes($"{i}"));
        }
    }

    private static async Task PublishAsync(RedisHistoryPublisher publisher, byte[] payload) =>
        Assert.True((await publisher.PublishAsync(ChannelName.Parse("a"), [new NewEvent(payload)], null, TestContext.Current.CancellationToken)).IsAccepted);

    private static Task<SseFabricProcess> StartAsync(RedisServer redis, int retained = 100_000) => SseFabricProcess.StartAsync(
        "--redis", redis.Configuration, "--Fabric:Channels:0:Match=*",
        "--Fabric:Channels:0:History:Store=redis", $"--Fabric:Channels:0:History:Count={retained}", "--Fabric:Channels:0:History:MaxBytes=100000000");
}
