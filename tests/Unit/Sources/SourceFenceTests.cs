using SseFabric.Channels.Sources;
using SseFabric.Contracts;
using SseFabric.TestKit.Waiting;

namespace SseFabric.Unit.Sources;

/// <summary>A fence cuts a channel's messages in two, for all who hear it at the same place.</summary>
[Trait("Suite", "Unit")]
public sealed class SourceFenceTests
{
    private static readonly ChannelName s_channel = ChannelName.Parse("a");
    private readonly OrderedHub _hub = new();
    private readonly ManualTime _time = new();
    private readonly List<string> _old = [];
    private readonly List<string> _new = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Fence_WhilePublishingGoesOn_EachMessageIsOnOneSide()
    {
        var (before, behind) = (_hub.Connect(), _hub.Connect());
        var owner = new RecordingObserver("a", _old);
        await before.SubscribeAsync(s_channel, owner, Stop);
        _hub.Publish("a", "1");
        var relay = new SourceRelay(behind, s_channel, IngestGate.Default());
        await relay.ListenAsync(Stop);
        _hub.Publish("a", "2");
        var name = SourceFence.NewChannel();
        using var left = new SourceFence(before, name, () => before.Unsubscribe(s_channel, owner));
        using var right = new SourceFence(behind, name, relay.Keep);
        await left.ListenAsync(Stop);
        await right.ListenAsync(Stop);
        _hub.Publish("a", "3");

        await behind.PublishFenceAsync(name, Stop);
        _hub.Publish("a", "4");
        relay.HandTo(new RecordingObserver("a", _new));
        _hub.Publish("a", "5");

        Assert.Equal(["a subscribed", "a: 1", "a: 2", "a: 3"], _old);
        Assert.Equal(["a: 4", "a: 5"], _new);
        Assert.Equal("the only one", await left.Passed.Within("the fence on the one side"));
        Assert.Equal("the only one", await right.Passed.Within("the fence on the other"));
    }

    [Fact]
    public async Task Fence_ComesTwice_CutsOnce()
    {
        var cuts = 0;
        var source = _hub.Connect();
        using var fence = new SourceFence(source, SourceFence.NewChannel(), () => cuts++);
        await fence.ListenAsync(Stop);

        _hub.Publish(fence.Channel.Value, "");
        _hub.Publish(fence.Channel.Value, "");

        Assert.Equal(1, cuts);
    }

    [Fact]
    public async Task Fence_NotInTime_IsNeverPassed()
    {
        var cuts = 0;
        var fence = new SourceFence(_hub.Connect(), SourceFence.NewChannel(), () => cuts++);
        await fence.ListenAsync(Stop);
        var waiting = fence.WaitAsync(TimeSpan.FromSeconds(2), _time);

        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.Null(await waiting.Within("the end of the wait"));
        _hub.Publish(fence.Channel.Value, "");
        Assert.Equal((0, 0), (cuts, _hub.Observers));
    }

    [Fact]
    public async Task Fence_ConnectionLostBefore_IsNotPassed()
    {
        var cuts = 0;
        using var fence = new SourceFence(_hub.Connect(), SourceFence.NewChannel(), () => cuts++);
        await fence.ListenAsync(Stop);

        _hub.Lose();
        _hub.Return();
        _hub.Publish(fence.Channel.Value, "");

        Assert.Null(await fence.Passed.Within("the fence's end"));
        Assert.Equal(0, cuts);
    }

    [Fact]
    public async Task Relay_ConnectionLostBehindTheFence_IsToldInItsPlace()
    {
        var relay = new SourceRelay(_hub.Connect(), s_channel, IngestGate.Default());
        await relay.ListenAsync(Stop);
        relay.Keep();
        _hub.Publish("a", "1");
        _hub.Lose();
        _hub.Return();
        _hub.Publish("a", "2");

        relay.HandTo(new RecordingObserver("a", _new));

        Assert.Equal(["a: 1", "a lost", "a subscribed", "a: 2"], _new);
    }

    [Fact]
    public async Task Relay_Kept_CountsInTheGateUntilItIsHandedOnOrForgotten()
    {
        var gate = IngestGate.Default();
        var (taken, forgotten) = (new SourceRelay(_hub.Connect(), s_channel, gate), new SourceRelay(_hub.Connect(), s_channel, gate));
        foreach (var relay in new[] { taken, forgotten })
        {
            await relay.ListenAsync(Stop);
            relay.Keep();
        }

        _hub.Publish("a", "12345");
        Assert.InRange(gate.WaitingBytes, 10, 1000);
        taken.HandTo(new RecordingObserver("a", _new));
        forgotten.Dispose();
        _hub.Publish("a", "6");

        Assert.Equal(["a: 12345", "a: 6"], _new);
        Assert.Equal(0, gate.WaitingBytes);
        Assert.Equal(1, _hub.Observers);
    }
}
