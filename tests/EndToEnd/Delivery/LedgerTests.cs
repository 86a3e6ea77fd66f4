using System.Globalization;
using System.Text;
using SseFabric.TestKit.Delivery;
using SseFabric.TestKit.Http;
using SseFabric.TestKit.Processes;
using SseFabric.TestKit.Redis;
using SseFabric.TestKit.Waiting;

namespace SseFabric.EndToEnd.Delivery;

/// <summary>Everything once and in order, at full speed.</summary>
[Trait("Suite", "EndToEnd")]
[Trait("Needs", "redis-server")]
[Collection(nameof(Alone))]
public sealed class LedgerTests
{
    private const int Comers = 20;
    private static readonly string[] s_channels = ["a", "b", "c"];

    [Fact]
    public async Task Flood_ThousandSubscribersThreeChannels_LosesRepeatsAndReordersNothing()
    {
        const int subscribers = 1000;
        const int messages = 20_000;
        await using var redis = await RedisServer.StartAsync();

        // With queues as they are by default: it is the fabric that takes less from Redis when its subscribers can't follow.
        await using var fabric = await SseFabricProcess.StartAsync("--redis", redis.Configuration);
        var ledger = new DeliveryLedger();
        await using var swarm = await SubscriberSwarm.ConnectAsync(
            ledger, subscribers, i => new SwarmTarget(fabric.Address, i % 10 == 0 ? s_channels : [s_channels[i % 3]]));
        await using var publisher = await redis.ConnectAsync();
        foreach (var channel in s_channels)
        {
            Assert.Equal(1, await publisher.NumSubAsync(channel));
        }

        var begin = TimeProvider.System.GetTimestamp();
        Assert.Equal(messages, await publisher.PublishAllAsync(Messages(ledger, messages)));
        var published = TimeProvider.System.GetElapsedTime(begin);
        await ledger.WaitForTailAsync(TimeSpan.FromSeconds(120));
        var delivered = TimeProvider.System.GetElapsedTime(begin);

        swarm.ThrowIfBroken();
        var report = ledger.Verify();
        report.ThrowIfFaulty();
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{report}; published in {published.TotalSeconds:0.00} s, delivered in {delivered.TotalSeconds:0.00} s, "
            + $"{report.Delivered / delivered.TotalSeconds:0} deliveries/s, peak {fabric.Process.PeakResidentBytes >> 20} MiB");
    }

    [Fact]
    public async Task Flood_OneOrderAcrossChannels_IsKeptOnAStreamOfAll()
    {
        const int messages = 30_000;
        string[] channels = [.. Enumerable.Range(0, 20).Select(i => $"order{i}")];
        await using var redis = await RedisServer.StartAsync();
        await using var fabric = await SseFabricProcess.StartAsync("--redis", redis.Configuration);
        await using var client = await SseClient.JoinAsync(fabric.Events(channels));
        await using var publisher = await redis.ConnectAsync();

        var published = publisher.PublishAllAsync(Enumerable.Range(0, messages).Select(i => (channels[i % channels.Length], Encoding.UTF8.GetBytes($"{i}"))));
        var next = channels.Select((_, at) => at).ToArray();
        for (var i = 0; i < messages; i++)
        {
            var sequence = int.Parse((await client.NextAsync()).Text, CultureInfo.InvariantCulture);
            Assert.Equal(next[sequence % channels.Length], sequence);
            next[sequence % channels.Length] += channels.Length;
        }

        Assert.Equal(messages, await published);
    }

    [Fact]
    public async Task Flood_WhileSubscribersComeAndGo_EachGetsItsPartWhole()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var fabric = await SseFabricProcess.StartAsync(
            "--redis", redis.Configuration, "--Fabric:Stream:MaxQueuedBytes=67108864",
            "--Fabric:Channels:0:Match=*", "--Fabric:Channels:0:History:Count=100000", "--Fabric:Channels:0:History:MaxBytes=268435456");
        var ledger = new DeliveryLedger();
        await using var swarm = await SubscriberSwarm.ConnectAsync(
            ledger, Comers, _ => new SwarmTarget(fabric.Address, s_channels), new SwarmOptions { Reconnect = true });
        await using var publisher = await redis.ConnectAsync();

        for (var round = 0; round < 20; round++)
        {
            var publishing = publisher.PublishAllAsync(Messages(ledger, 600));
            foreach (var subscriber in swarm.Subscribers.Where((_, at) => at % 2 == round % 2))
            {
                subscriber.Cut();
            }

            await publishing;
            await Eventually.SeeAsync(
                "those that were cut to come back",
                () => swarm.Subscribers.Sum(subscriber => subscriber.Connections),
                count => count == Comers + (Comers / 2 * (round + 1)));
        }

        await ledger.WaitForTailAsync(TimeSpan.FromSeconds(30));
        ledger.Verify().ThrowIfFaulty();
    }

    private static IEnumerable<(string Channel, byte[] Payload)> Messages(DeliveryLedger ledger, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var channel = s_channels[i % s_channels.Length];
            yield return (channel, ledger.NextPayload(channel));
        }
    }
}
