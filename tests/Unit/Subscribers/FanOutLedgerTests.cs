using SseFabric.Channels.Configuration;
using SseFabric.Contracts;
using SseFabric.Frontend.Subscribers;
using SseFabric.TestKit.Delivery;
using SseFabric.TestKit.Waiting;

namespace SseFabric.Unit.Subscribers;

/// <summary>Many threads publish while clients come, go, and come back; the ledger finds every loss, repeat and disorder.</summary>
[Trait("Suite", "Unit")]
public sealed class FanOutLedgerTests
{
    private static readonly string[] s_channels = ["a", "b", "c", "d"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Deliver_ClientsComeGoAndComeBack_EverythingOnceInOrder(int seed)
    {
        var rule = new ChannelRule { History = new HistoryOptions { Count = 100_000, MaxBytes = 100 << 20 } };
        await using var under = new FanOutUnderTest(new StreamOptions { MaxQueuedBytes = 1 << 20 }, rule);
        var ledger = new DeliveryLedger();

        // One that stays keeps every channel's epoch.
        await Task.WhenAll(s_channels.Select(channel => under.JoinAsync([channel])));
        var lives = new List<(LedgerSubscriber Own, string[] Channels, string LastEventId)>();
        var random = new Random(seed);
        for (var i = 0; i < 8; i++)
        {
            var channels = s_channels.Where(_ => random.Next(2) == 0).DefaultIfEmpty("a").ToArray();
            var client = await under.JoinAsync(channels);
            await client.SeeAsync("the first block", seen => seen.Length > 0);
            client.Leave();
            lives.Add((ledger.Join($"{i}", channels), channels, client.Seen[0][1..]));
        }

        using var published = new CancellationTokenSource();
        var comers = lives
            .Select((life, i) => Task.Run(() => ComeAndGoAsync(under, life.Own, life.Channels, life.LastEventId, new Random((seed * 100) + i), published.Token), CancellationToken.None))
            .ToArray();
        var publishers = s_channels.Select(channel => Task.Run(() => PublishAsync(under, ledger, channel, 1500), CancellationToken.None)).ToArray();
        await Task.WhenAll(publishers).Within("the end of publishing", timeout: TimeSpan.FromSeconds(60));
        await published.CancelAsync();
        await Task.WhenAll(comers).Within("the end of coming and going", timeout: TimeSpan.FromSeconds(60));

        await ledger.WaitForTailAsync(TimeSpan.FromSeconds(30));
        var report = ledger.Verify();
        report.ThrowIfFaulty();
        Assert.Equal((0, 0), (report.Lost, report.Told));
    }

    private static async Task PublishAsync(FanOutUnderTest under, DeliveryLedger ledger, string channel, int events)
    {
        for (var i = 0; i < events; i++)
        {
            var result = await under.Local.PublishAsync(ChannelName.Parse(channel), [new NewEvent(ledger.NextPayload(channel))], CancellationToken.None);
            Assert.Equal(PublishOutcome.Accepted, result.Outcome);
            if (i % 10 == 0)
            {
                await Task.Yield();
            }
        }
    }

    /// <summary>One client's life over many connections: what it is given is one sequence.</summary>
    private static async Task ComeAndGoAsync(
        FanOutUnderTest under, LedgerSubscriber own, string[] channels, string lastEventId, Random random, CancellationToken published)
    {
        while (true)
        {
            var client = under.Client(channels, lastEventId, pauseAt: random.Next(1, 4) * 512);
            client.Ledger = own;
            Assert.Equal(SubscribeOutcome.Joined, await client.SubscribeAsync());
            var enough = random.Next(1, 100);
            await Eventually.SeeAsync("some events", () => client.Seen.Length >= enough || published.IsCancellationRequested, isEnough => isEnough);
            if (published.IsCancellationRequested)
            {
                return;
            }

            client.Leave();
            await client.Reading.Within("the end of a connection");
            lastEventId = client.LastEventId;
        }
    }
}
