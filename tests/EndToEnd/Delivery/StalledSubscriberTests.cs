using SseFabric.TestKit.Delivery;
using SseFabric.TestKit.Processes;
using SseFabric.TestKit.Redis;

namespace SseFabric.EndToEnd.Delivery;

/// <summary>One subscriber doesn't read while 44 MiB pass: nobody else notices, memory stays bounded, and the policy decides what it finds afterwards.</summary>
[Trait("Suite", "EndToEnd")]
[Collection(nameof(Alone))]
public sealed class StalledSubscriberTests
{
    private const int EventBytes = 11 << 10;
    private const int RoundEvents = 32;
    private const int Rounds = 128;
    private const int Healthy = 20;
    private const int MaxGrowth = 40 << 20;

    [Theory]
    [InlineData("Close")]
    [InlineData("DropOldest")]
    [InlineData("Latest")]
    public async Task Flood_OneSubscriberStalled_TheOthersGetEverythingAndMemoryIsBounded(string policy)
    {
        await using var fabric = await SseFabricProcess.StartAsync($"--Fabric:Stream:SlowSubscriber={policy}");
        await using var publisher = await RedisClient.ConnectAsync(fabric.Door);
        var ledger = new DeliveryLedger();
        await using var swarm = await SubscriberSwarm.ConnectAsync(ledger, Healthy, _ => new SwarmTarget(fabric.Address, "flood"));

        // The same floods with nobody stalled: what memory the program settles at, its collector's budgets among it.
        await FloodAsync(publisher, ledger, swarm);
        await FloodAsync(publisher, ledger, swarm);
        var settled = fabric.Process.ResidentBytes;
        var undisturbed = swarm.Subscribers.Max(subscriber => subscriber.Record.MaxLag);

        var stalledLedger = new DeliveryLedger();
        await using var stalledSwarm = await SubscriberSwarm.ConnectAsync(
            stalledLedger, 1, _ => new SwarmTarget(fabric.Address, "flood"), new SwarmOptions { Prefix = "stalled", ReceiveBuffer = 4096, Reconnect = true });
        var stalled = stalledSwarm.Subscribers[0];
        stalled.Pause();

        // Twice: the first 44 MiB might find room in what the program had settled at.
        await FloodAsync(publisher, ledger, swarm);
        await FloodAsync(publisher, ledger, swarm);
        var grown = fabric.Process.ResidentBytes - settled;

        swarm.ThrowIfBroken();
        ledger.Verify().ThrowIfFaulty();
        var lag = swarm.Subscribers.Max(subscriber => subscriber.Record.MaxLag);
        Assert.True(lag < undisturbed + TimeSpan.FromSeconds(1), $"Events took up to {lag}, without the stalled one {undisturbed}.");
        Assert.True(grown < MaxGrowth, $"Memory grew by {grown >> 20} MiB, to {(settled + grown) >> 20} MiB.");

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{policy}: settled at {settled >> 20} MiB, grew by {grown >> 20} MiB, lag {undisturbed.TotalMilliseconds:0} and {lag.TotalMilliseconds:0} ms");
    }

    [Fact]
    public async Task Close_Stalled_StreamEndsAndTheResumeTellsTheGap()
    {
        await using var run = await StallAsync("Close");

        run.Stalled.Resume();
        await run.Ledger.WaitForTailAsync(TimeSpan.FromSeconds(30));

        var report = run.Ledger.VerifyExcept(run.Everything);
        report.ThrowIfFaulty();
        Assert.True(report.Lost > 0, "Nothing was lost: it never was slow.");
        Assert.Equal(1, report.Told);
        Assert.Equal(2, run.Stalled.Connections);
    }

    [Fact]
    public async Task DropOldest_Stalled_StreamGoesOnAndTellsTheGap()
    {
        await using var run = await StallAsync("DropOldest");

        run.Stalled.Resume();
        await run.Ledger.WaitForTailAsync(TimeSpan.FromSeconds(30));

        var report = run.Ledger.VerifyExcept(run.Everything);
        report.ThrowIfFaulty();
        Assert.True(report.Lost > 0, "Nothing was lost: it never was slow.");
        Assert.True(report.Told > 0, $"{report}");
        Assert.Equal(1, run.Stalled.Connections);
    }

    [Fact]
    public async Task Latest_Stalled_GetsTheLatestAndNothingTwice()
    {
        await using var run = await StallAsync("Latest");
        var before = run.Stalled.Record.Arrived;

        run.Stalled.Resume();
        await run.Ledger.WaitForTailAsync(TimeSpan.FromSeconds(30));

        var report = run.Ledger.VerifyExcept(run.Everything);
        Assert.DoesNotContain(report.Faults, fault => fault.Kind is FaultKind.Repeat or FaultKind.Disorder or FaultKind.Foreign);
        Assert.True(report.Lost > RoundEvents * Rounds / 2, $"{report}");
        Assert.Equal(1, run.Stalled.Connections);
        Assert.True(run.Stalled.Record.Arrived > before, "Nothing came any more.");
    }

    [Fact]
    public async Task DropOldest_OneOfTwoChannelsFloods_NothingIsToldOfTheOther()
    {
        await using var fabric = await SseFabricProcess.StartAsync("--Fabric:Stream:SlowSubscriber=DropOldest");
        await using var publisher = await RedisClient.ConnectAsync(fabric.Door);
        var ledger = new DeliveryLedger();
        await using var healthy = await SubscriberSwarm.ConnectAsync(ledger, Healthy, _ => new SwarmTarget(fabric.Address, "flood"));
        await using var stalled = await SubscriberSwarm.ConnectAsync(
            ledger, 1, _ => new SwarmTarget(fabric.Address, "flood", "quiet"), new SwarmOptions { Prefix = "stalled", ReceiveBuffer = 4096 });
        stalled.Subscribers[0].Pause();
        await FloodAsync(publisher, ledger, healthy);
        await publisher.PublishAsync("quiet", ledger.NextPayload("quiet"));

        stalled.Subscribers[0].Resume();
        await ledger.WaitForTailAsync(TimeSpan.FromSeconds(30));

        var report = ledger.VerifyExcept(new LossWindow("flood", 1, ledger.PublishedOn("flood")));
        report.ThrowIfFaulty();
        Assert.True(report.Lost > 0, "Nothing was lost: it never was slow.");
    }

    /// <summary>Round by round, each once the healthy subscribers have the one before: it is the stalled one alone that can't keep up.</summary>
    private static async Task FloodAsync(RedisClient publisher, DeliveryLedger ledger, SubscriberSwarm healthy)
    {
        for (var round = 0; round < Rounds; round++)
        {
            await publisher.PublishAllAsync(Enumerable.Range(0, RoundEvents).Select(_ => ("flood", ledger.NextPayload("flood", EventBytes))));
            await healthy.WaitForTailAsync();
        }
    }

    private static async Task<StalledRun> StallAsync(string policy)
    {
        var run = new StalledRun { Fabric = await SseFabricProcess.StartAsync($"--Fabric:Stream:SlowSubscriber={policy}") };
        try
        {
            run.Publisher = await RedisClient.ConnectAsync(run.Fabric.Door);
            run.Healthy = await SubscriberSwarm.ConnectAsync(run.Ledger, Healthy, _ => new SwarmTarget(run.Fabric.Address, "flood"));
            run.Swarm = await SubscriberSwarm.ConnectAsync(
                run.Ledger, 1, _ => new SwarmTarget(run.Fabric.Address, "flood"), new SwarmOptions { Prefix = "stalled", ReceiveBuffer = 4096, Reconnect = true });
            run.Stalled.Pause();
            await FloodAsync(run.Publisher, run.Ledger, run.Healthy);
            return run;
        }
        catch
        {
            await run.DisposeAsync();
            throw;
        }
    }

    private sealed class StalledRun : IAsyncDisposable
    {
        public required SseFabricProcess Fabric { get; init; }

        public DeliveryLedger Ledger { get; } = new();

        public RedisClient? Publisher { get; set; }

        public SubscriberSwarm? Healthy { get; set; }

        public SubscriberSwarm? Swarm { get; set; }

        public SwarmSubscriber Stalled => Swarm!.Subscribers[0];

        public LossWindow Everything => new("flood", 1, Ledger.PublishedOn("flood"));

        public async ValueTask DisposeAsync()
        {
            if (Swarm is not null)
            {
                await Swarm.DisposeAsync();
            }

            if (Healthy is not null)
            {
                await Healthy.DisposeAsync();
            }

            if (Publisher is not null)
            {
                await Publisher.DisposeAsync();
            }

            await Fabric.DisposeAsync();
        }
    }
}
