using SseFabric.Channels.Configuration;
using SseFabric.Contracts;
using SseFabric.Frontend.Subscribers;
using SseFabric.TestKit.Waiting;

namespace SseFabric.Unit.Subscribers;

/// <summary>Streams that may not be read any more, to the tick.</summary>
[Trait("Suite", "Unit")]
public sealed class FanOutRevokingTests
{
    private const string Expired = """{"reason":"expired"}""";
    private static readonly TimeSpan s_lifetime = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan s_late = TimeSpan.FromSeconds(0.2);

    [Fact]
    public async Task Expiry_Stream_EndsInOrderWithALastEvent()
    {
        await using var under = new FanOutUnderTest();
        var client = await under.JoinAsync(["a"], lifetime: s_lifetime);
        await under.AdvanceAsync(s_lifetime - s_late);
        await under.PublishAsync("a", "1");
        await client.SeeEventsAsync("1");
        var id = client.LastEventId;
        Assert.False(client.Subscriber.IsClosed);
        await under.AdvanceAsync(s_late + s_late);

        Assert.Equal(CloseReason.TokenExpired, await client.ClosedAsync());
        await client.SeeEventsAsync("1", Expired);
        Assert.Equal((id, 0), (client.LastEventId, client.Aborts));
    }

    [Fact]
    public async Task Expiry_BusyPeer_GetsWhatItHadBeenGivenAndTheLastEvent()
    {
        await using var under = new FanOutUnderTest();
        var client = await under.JoinAsync(["a"], reads: false, pauseAt: 100, lifetime: s_lifetime);
        var large = new string('x', 200);
        await under.PublishAsync("a", large, "queued");
        await client.StallsAsync();
        await under.AdvanceAsync(s_lifetime + s_late);
        await under.PublishAsync("a", "after");
        Assert.False(client.Subscriber.IsClosed);
        client.StartReading();

        Assert.Equal(CloseReason.TokenExpired, await client.ClosedAsync());
        await client.SeeEventsAsync(large, "queued", Expired);
        Assert.Equal(0, client.Aborts);
    }

    [Fact]
    public async Task Expiry_StalledPeer_IsCutAHeartbeatLater()
    {
        await using var under = new FanOutUnderTest();
        var client = await under.JoinAsync(["a"], reads: false, pauseAt: 100, lifetime: s_lifetime);
        await under.PublishAsync("a", new string('x', 200), "queued");
        await client.StallsAsync();
        await under.AdvanceAsync(s_lifetime + under.Native.Behaviour.HeartbeatAfter!.Value - s_late);
        Assert.False(client.Subscriber.IsClosed);
        await under.AdvanceAsync(s_late + s_late);

        Assert.Equal(CloseReason.TokenExpired, await client.ClosedAsync());
        Assert.Equal(1, client.Aborts);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Expiry_Poll_EndsSoonerThanItsWaitOrItsWindow(bool withEvent)
    {
        await using var under = new FanOutUnderTest(new StreamOptions { Polling = new PollingOptions { Window = TimeSpan.FromSeconds(30) } });
        var poll = await under.JoinAsync(["a"], isPoll: true, lifetime: s_lifetime);
        if (withEvent)
        {
            await under.PublishAsync("a", "1");
            await poll.SeeEventsAsync("1");
        }

        await under.AdvanceAsync(s_lifetime + s_late);

        Assert.Equal(CloseReason.TokenExpired, await poll.ClosedAsync());
        await poll.SeeEventsAsync(withEvent ? ["1", Expired] : [Expired]);
    }

    [Fact]
    public async Task Expiry_DuringADrain_IsStillTold()
    {
        await using var under = new FanOutUnderTest();
        var client = await under.JoinAsync(["a"], lifetime: TimeSpan.FromSeconds(1));
        var drained = under.Loop.DrainAsync(TimeSpan.FromHours(1));
        await under.AdvanceAsync(TimeSpan.FromSeconds(1) + s_late);

        Assert.Equal(CloseReason.TokenExpired, await client.ClosedAsync());
        await under.AdvanceAsync(s_late);
        await drained.Within("the drain");
    }

    /// <summary>A machine that was suspended finds its wheel where it was, and the clock moved on.</summary>
    [Fact]
    public async Task Expiry_ClockThatJumps_CountsWithinAHeartbeat()
    {
        await using var under = new FanOutUnderTest();
        var client = await under.JoinAsync(["a"], lifetime: TimeSpan.FromHours(1));
        under.Time.Skip(TimeSpan.FromHours(2));
        await under.AdvanceAsync(under.Native.Behaviour.HeartbeatAfter!.Value);

        Assert.Equal(CloseReason.TokenExpired, await client.ClosedAsync());
    }

    [Fact]
    public async Task Expiry_HasBeenBeforeItJoins_EndsAtOnceAndGivesNothing()
    {
        await using var under = new FanOutUnderTest();
        var before = await under.JoinAsync(["a"]);
        await under.PublishAsync("a", "1");
        await before.SeeEventsAsync("1");
        var client = await under.JoinAsync(["a"], before.Seen[0][1..], lifetime: TimeSpan.FromSeconds(-5));

        Assert.Equal(CloseReason.TokenExpired, await client.ClosedAsync());
        await client.SeeEventsAsync(Expired);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Disconnect_Meant_EndsThemAndTellsHowMany(bool byChannel)
    {
        await using var under = new FanOutUnderTest();
        var one = await under.JoinAsync(["a"], tokenId: "t");
        var two = await under.JoinAsync(["a", "b"], tokenId: "t");
        var other = await under.JoinAsync(["b"], tokenId: "u");

        var ended = await under.Loop.DisconnectAsync(byChannel ? Disconnection.OfChannel(ChannelName.Parse("a")) : Disconnection.OfToken("t"));

        Assert.Equal(2, ended);
        foreach (var client in new[] { one, two })
        {
            Assert.Equal(CloseReason.Kicked, await client.ClosedAsync());
            await client.SeeEventsAsync("""{"reason":"kicked"}""");
        }

        Assert.False(other.Subscriber.IsClosed);
        Assert.Equal(0, await under.Loop.DisconnectAsync(Disconnection.OfChannel(ChannelName.Parse("a"))));
    }

    [Fact]
    public async Task Disconnect_TokenOfOneThatIsBusy_IsTheReasonThatCounts()
    {
        await using var under = new FanOutUnderTest();
        var client = await under.JoinAsync(["a"], reads: false, pauseAt: 100, lifetime: s_lifetime, tokenId: "t");
        await under.PublishAsync("a", new string('x', 200));
        await client.StallsAsync();
        await under.AdvanceAsync(s_lifetime - s_late);
        Assert.Equal(1, await under.Loop.DisconnectAsync(Disconnection.OfToken("t")));
        await under.AdvanceAsync(s_late + s_late);
        client.StartReading();

        Assert.Equal(CloseReason.Kicked, await client.ClosedAsync());
    }

    /// <summary>The token was good when it was looked at, and is not when the stream has its channels.</summary>
    [Fact]
    public async Task Disconnect_TokenOfOneThatIsJoining_EndsItTooAndGivesNothing()
    {
        await using var under = new FanOutUnderTest();
        var before = await under.JoinAsync(["a"]);
        await under.PublishAsync("a", "1");
        await before.SeeEventsAsync("1");
        await under.Loop.DisconnectAsync(Disconnection.OfToken("t"));
        var client = await under.JoinAsync(["a"], before.Seen[0][1..], tokenId: "t");

        Assert.Equal(CloseReason.Kicked, await client.ClosedAsync());
        await client.SeeEventsAsync("""{"reason":"kicked"}""");
    }
}
