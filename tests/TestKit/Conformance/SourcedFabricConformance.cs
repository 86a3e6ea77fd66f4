using System.Text;
using SseFabric.Contracts;
using SseFabric.TestKit.Waiting;
using Xunit;

namespace SseFabric.TestKit.Conformance;

/// <summary>The whole suite for a fabric that has a source too, and what its source must do.</summary>
public abstract class SourcedFabricConformance : ChannelFabricConformance
{
    [Fact]
    public async Task Source_Messages_ArriveInOrderBesideOwnEvents()
    {
        var channel = Unique("roomy");
        var head = await AttachAsync(channel);
        var follower = new FeedFollower(Fabric, Sink, channel, head);

        await Task.WhenAll(
            UnderTest.PublishThroughSourceAsync(channel, [.. Enumerable.Range(0, 2000).Select(i => Encoding.UTF8.GetBytes($"source:{i}"))]),
            Task.Run(async () =>
            {
                for (var i = 0; i < 500; i++)
                {
                    await PublishAsync(channel, $"own:{i}");
                }
            }));

        var events = await follower.WaitForAsync(2500);
        AssertConsecutive(head, events);
        var texts = events.Select(EventText.Text).ToList();
        Assert.Equal(Enumerable.Range(0, 2000).Select(i => $"source:{i}"), texts.Where(text => text.StartsWith("source", StringComparison.Ordinal)));
        Assert.Equal(Enumerable.Range(0, 500).Select(i => $"own:{i}"), texts.Where(text => text.StartsWith("own", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Source_Attached_IsSubscribedOnce()
    {
        var channel = Unique();

        await AttachAsync(channel);
        await AttachAsync(channel);

        Assert.Equal(1, await UnderTest.SourceSubscriptionsAsync(channel));
    }

    /// <summary>Whether the fabric can tell that the source had nothing for a channel while it wasn't subscribed.</summary>
    protected virtual bool ProvesContinuity => false;

    /// <summary>What the source had for the channel before it was subscribed, nobody knows, but for a store that can tell that it had nothing.</summary>
    [Fact]
    public async Task Source_FirstAttachAfterOwnEvents_BeginsANewEpochUnlessNothingWasMissed()
    {
        var channel = Unique();
        var before = (await PublishAsync(channel, "before")).Last;

        var head = await AttachAsync(channel);

        Assert.True(ProvesContinuity ? head == before : head.Epoch > before.Epoch, $"After {before}, the channel stood at {head}.");
        Assert.Equal(ResumeOutcome.Exact, (await ReadAsync(channel, before)).Outcome);
    }

    [Fact]
    public async Task Source_MessageTooLarge_IsNumberedAndRejected()
    {
        var channel = Unique();
        var head = await AttachAsync(channel);
        var follower = new FeedFollower(Fabric, Sink, channel, head);

        await UnderTest.PublishThroughSourceAsync(channel, ["before"u8.ToArray(), new byte[5000], "after"u8.ToArray()]);

        var events = await follower.WaitForAsync(3);
        AssertConsecutive(head, events);
        Assert.Equal([false, true, false], events.Select(published => published.Event.Rejected));
        Assert.Equal(["before", "after"], events.Where(published => !published.Event.Rejected).Select(EventText.Text));
    }

    [Fact]
    public async Task Source_LostAndBack_BeginsANewEpochAndGoesOn()
    {
        var channel = Unique();
        var head = await AttachAsync(channel);
        await UnderTest.PublishThroughSourceAsync(channel, ["before"u8.ToArray()]);
        await Eventually.SeeAsync("the event before", () => Sink.EventsOf(channel), events => events.Count == 1);

        await UnderTest.BreakSourceAsync();
        var back = await Eventually.SeeAsync(
            "a beat of a newer epoch with the source up",
            () => Sink.BatchesOf(channel) is [.., var last] ? last : null,
            batch => batch is { Source: SourceState.Up } && batch.Head.Epoch > head.Epoch);
        await UnderTest.PublishThroughSourceAsync(channel, ["after"u8.ToArray()]);

        var after = await Eventually.SeeAsync("the event after", () => Sink.EventsOf(channel), events => events.Count == 2);
        Assert.Equal("after", after[1].Text());
        Assert.Equal(new Cursor(back!.Head.Epoch, 1), after[1].Cursor);
        Assert.Contains(Sink.BatchesOf(channel), batch => batch.Source == SourceState.Lost);
        Assert.Equal(["before", "after"], (await ReadAsync(channel, null)).Events.Select(EventText.Text));
    }
}
