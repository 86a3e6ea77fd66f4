using SseFabric.Contracts;
using SseFabric.TestKit.Conformance;
using SseFabric.TestKit.Waiting;

namespace SseFabric.Unit.Subscribers;

/// <summary>How long the channels wait for subscribers who take nothing.</summary>
[Trait("Suite", "Unit")]
public sealed class FanOutPacingTests
{
    private static readonly TimeSpan s_withFew = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan s_withMany = TimeSpan.FromMilliseconds(250);
    private static readonly string s_large = new('x', 1000);
    private static readonly TimeSpan s_moment = TimeSpan.FromMilliseconds(1);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Walk_FewStall_OthersChannelsWaitAMomentOnly(int stalling)
    {
        await using var under = new FanOutUnderTest(loops: 1);
        var (stalled, others) = await StallAsync(under, stalling, others: 3);

        await under.PublishAsync("b", "1");
        await AdvanceAsync(under, s_withFew - s_moment);
        Assert.All(others, other => Assert.Empty(other.Events));

        await AdvanceAsync(under, s_moment);
        await Task.WhenAll(others.Select(other => other.SeeEventsAsync("1")));

        // Who has stalled before is waited for no more.
        await under.PublishAsync("a", "3");
        await under.PublishAsync("b", "2");
        await Task.WhenAll(others.Select(other => other.SeeEventsAsync("1", "2")));

        stalled.ForEach(client => client.StartReading());
        await Task.WhenAll(stalled.Select(client => client.SeeEventsAsync(s_large, "2", "3")));
    }

    /// <summary>It may be the process itself that is slow.</summary>
    [Fact]
    public async Task Walk_MostStall_AreGivenLonger()
    {
        await using var under = new FanOutUnderTest(loops: 1);
        var (stalled, others) = await StallAsync(under, 4, others: 3);

        await under.PublishAsync("b", "1");
        await AdvanceAsync(under, s_withMany - s_moment);
        Assert.All(others, other => Assert.Empty(other.Events));

        await AdvanceAsync(under, s_moment);
        await Task.WhenAll(others.Select(other => other.SeeEventsAsync("1")));
        stalled.ForEach(client => client.StartReading());
        await Task.WhenAll(stalled.Select(client => client.SeeEventsAsync(s_large, "2")));
    }

    /// <summary>As long as they take some of it.</summary>
    [Fact]
    public async Task Walk_MostTakeSomeOfIt_AreGivenLongerStill()
    {
        await using var under = new FanOutUnderTest(loops: 1);
        var (stalled, others) = await StallAsync(under, 4, others: 3);

        await under.PublishAsync("b", "1");
        for (var i = 0; i < 3; i++)
        {
            await AdvanceAsync(under, s_withMany - s_moment);
            await under.ExecuteAsync(stalled[0].Subscriber.Progressed);
        }

        Assert.All(others, other => Assert.Empty(other.Events));
        await AdvanceAsync(under, s_withMany);
        await Task.WhenAll(others.Select(other => other.SeeEventsAsync("1")));
        stalled.ForEach(client => client.StartReading());
        await Task.WhenAll(stalled.Select(client => client.SeeEventsAsync(s_large, "2")));
    }

    [Fact]
    public async Task Walk_StalledReadAgain_NobodyWaitsForTheClock()
    {
        await using var under = new FanOutUnderTest(loops: 1);
        var (stalled, others) = await StallAsync(under, 1, others: 3);

        await under.PublishAsync("b", "1");
        stalled[0].StartReading();

        await Task.WhenAll(others.Select(other => other.SeeEventsAsync("1")));
    }

    /// <summary>Deliveries may overlap, and holes are filled meanwhile: each is waited for by itself.</summary>
    [Fact]
    public async Task Walk_AnotherComesMeanwhile_IsGivenAtOnceAndTheFirstStaysHeld()
    {
        await using var under = new FanOutUnderTest(loops: 1);
        var between = await under.JoinAsync(["other"]);
        var position = await under.PublishAsync("other", "1");
        var (stalled, others) = await StallAsync(under, 4, others: 3);

        var (channel, next) = (ChannelName.Parse("other"), position with { Offset = position.Offset + 1 });
        var delivery = under.Loop.DeliverAsync([new EventBatch(channel, [new PublishedEvent(next, 0, EventText.Event("2"))], next)]);
        await delivery.AsTask().Within("the delivery between");
        await between.SeeEventsAsync("1", "2");
        await under.PublishAsync("b", "1");
        await under.SettleAsync();

        Assert.All(others, other => Assert.Empty(other.Events));
        stalled.ForEach(client => client.StartReading());
        await Task.WhenAll(others.Select(other => other.SeeEventsAsync("1")));
    }

    private static async Task<(List<PipeClient> Stalled, List<PipeClient> Others)> StallAsync(FanOutUnderTest under, int stalling, int others)
    {
        List<PipeClient> stalled = [];
        for (var i = 0; i < stalling; i++)
        {
            stalled.Add(await under.JoinAsync(["a"], reads: false, pauseAt: 256));
        }

        List<PipeClient> reading = [];
        for (var i = 0; i < others; i++)
        {
            reading.Add(await under.JoinAsync(["b"]));
        }

        await under.SettleAsync();
        Assert.All(stalled, client => Assert.False(client.Subscriber.IsBusy));
        await under.PublishAsync("a", s_large);
        await Task.WhenAll(stalled.Select(client => client.StallsAsync()));

        // The transport has that one to do with; this one it doesn't take.
        await under.PublishAsync("a", "2");
        await under.SettleAsync();
        return (stalled, reading);
    }

    private static async Task AdvanceAsync(FanOutUnderTest under, TimeSpan by)
    {
        under.Time.Advance(by);
        await under.SettleAsync();
    }
}
