using SseFabric.Channels.Configuration;
using SseFabric.Frontend.Framing;
using SseFabric.Frontend.Subscribers;
using SseFabric.TestKit.Waiting;

namespace SseFabric.Unit.Subscribers;

/// <summary>Faults of the program's own: what they hit ends and comes back, and all the rest goes on.</summary>
[Trait("Suite", "Unit")]
public sealed class FanOutFaultTests
{
    [Theory]
    [InlineData(nameof(IStreamFormat.Body))]
    [InlineData(nameof(IStreamFormat.Frame))]
    public async Task Deliver_Fails_TheChannelsReadersComeBackForItAndOthersGoOn(string method)
    {
        await using var under = new FanOutUnderTest();
        var faulty = new FaultyFormat(under.Native);
        var hit = await under.JoinAsync(["a"], format: faulty);
        var beside = await under.JoinAsync(["a"]);
        var other = await under.JoinAsync(["b"]);
        await under.PublishAsync("a", "before");
        await hit.SeeEventsAsync("before");
        await beside.SeeEventsAsync("before");

        faulty.FaultyAt = method;
        await under.PublishAsync("a", "one");

        Assert.Equal(CloseReason.Fault, await hit.ClosedAsync());
        Assert.Equal(CloseReason.Fault, await beside.ClosedAsync());
        faulty.FaultyAt = null;
        var again = await under.JoinAsync(["a"], hit.LastEventId, format: faulty);
        await under.PublishAsync("a", "two");
        await under.PublishAsync("b", "there");
        await again.SeeEventsAsync("one", "two");
        await other.SeeEventsAsync("there");
        await Eventually.SeeAsync("an empty gate: all deliveries were completed", () => under.Gate.WaitingBytes, bytes => bytes == 0);
        Assert.Equal(1, under.Counted["ssefabric.loop.faults"]);
    }

    [Theory]
    [InlineData(nameof(IStreamFormat.Opening))]
    [InlineData(nameof(IStreamFormat.ReadLastEventId))]
    [InlineData(nameof(IStreamFormat.Locate))]
    public async Task Subscribe_Fails_IsRefusedAndLeavesNothing(string method)
    {
        await using var under = new FanOutUnderTest();
        var faulty = new FaultyFormat(under.Native) { FaultyAt = method };
        var hit = under.Client(["a"], "an id", format: faulty);
        var beside = under.Client(["a"]);

        // Both wait for the channel.
        under.Source.Hold();
        var (refused, joined) = (hit.SubscribeAsync(), beside.SubscribeAsync());
        await under.SettleAsync();
        under.Source.Answer();

        Assert.Equal(SubscribeOutcome.Unavailable, await refused.Within("the answer"));
        Assert.Equal(SubscribeOutcome.Joined, await joined.Within("the answer"));
        await under.PublishAsync("a", "one");
        await beside.SeeEventsAsync("one");
        beside.Leave();
        await beside.ClosedAsync();
        await under.SettleAsync();
        Assert.Equal((0, 0), (under.Loop.Remains.Feeds, under.Loop.Remains.Sets));
        Assert.Equal(0, under.Counted["ssefabric.subscribers.active"]);
    }

    [Fact]
    public async Task Tick_FailsAtOneStream_ItEndsAndTheOthersBeatsGoOn()
    {
        await using var under = new FanOutUnderTest();
        var faulty = new FaultyFormat(under.Native);
        var before = await under.JoinAsync(["a"]);
        var hit = await under.JoinAsync(["a"], format: faulty);
        var after = await under.JoinAsync(["a"]);

        faulty.FaultyAt = nameof(IStreamFormat.Behaviour);
        await under.AdvanceAsync(2 * (under.Options.Heartbeat ?? StreamOptions.DefaultHeartbeat));

        Assert.Equal(CloseReason.Fault, await hit.ClosedAsync());
        await before.SeeAsync("heartbeats", seen => seen.Contains(":"));
        await after.SeeAsync("heartbeats", seen => seen.Contains(":"));
        await under.PublishAsync("a", "one");
        await after.SeeAsync("the event", seen => seen.Contains("one"));
    }
}
