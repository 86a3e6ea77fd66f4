using System.Text;
using SseFabric.Contracts;
using SseFabric.Frontend.HandOff.Grip;
using SseFabric.Frontend.Subscribers;
using SseFabric.TestKit.Waiting;

namespace SseFabric.Unit.Subscribers;

/// <summary>Streams that their publisher ends.</summary>
[Trait("Suite", "Unit")]
public sealed class FanOutEndingTests
{
    private static readonly GripStreamFormat s_format = new([], TimeSpan.Zero);

    [Fact]
    public async Task Last_Taken_EndsInOrder()
    {
        await using var under = new FanOutUnderTest();
        var stays = await under.JoinAsync(["b"], format: s_format);
        var client = await under.JoinAsync(["a"], format: s_format);
        await PublishAsync(under, "a", "one ", null, "more");

        Assert.Equal(CloseReason.PublisherEnded, await client.ClosedAsync());
        await client.Reading.Within("the end of the response");
        Assert.Equal("one end", client.Text);
        Assert.Equal(0, client.Aborts);
        Assert.False(stays.Subscriber.IsClosed);
    }

    [Fact]
    public async Task Last_TakenLate_EndsOnceItIsAndGetsNothingNew()
    {
        await using var under = new FanOutUnderTest();
        var client = await under.JoinAsync(["a"], reads: false, pauseAt: 2, format: s_format);
        await PublishAsync(under, "a", "one ");
        await client.StallsAsync();
        await PublishAsync(under, "a", "two ", null);
        await PublishAsync(under, "a", "more");
        await under.AdvanceAsync(TimeSpan.FromSeconds(10));
        Assert.False(client.Subscriber.IsClosed);
        client.StartReading();

        Assert.Equal(CloseReason.PublisherEnded, await client.ClosedAsync());
        await client.Reading.Within("the end of the response");
        Assert.Equal("one two end", client.Text);
        Assert.Equal(0, client.Aborts);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Last_NeverTaken_IsCutAfterAHeartbeat(bool isQueued)
    {
        await using var under = new FanOutUnderTest();
        var client = await under.JoinAsync(["a"], reads: false, pauseAt: 2, format: s_format);
        if (isQueued)
        {
            await PublishAsync(under, "a", "one ");
            await client.StallsAsync();
        }

        await PublishAsync(under, "a", (string?)null);
        await client.StallsAsync();
        await under.SettleAsync();
        await under.AdvanceAsync(TimeSpan.FromSeconds(14.9));
        Assert.False(client.Subscriber.IsClosed);
        await under.AdvanceAsync(TimeSpan.FromSeconds(0.2));

        Assert.Equal(CloseReason.Unresponsive, await client.ClosedAsync());
        Assert.Equal(1, client.Aborts);
    }

    [Fact]
    public async Task Resume_TheLastIsAmongWhatWasMissed_EndsWithIt()
    {
        await using var under = new FanOutUnderTest();
        await under.JoinAsync(["a"]);
        await PublishAsync(under, "a", [Item("""{"id":"known","formats":{"http-stream":{"content":"known"}}}""")]);
        await PublishAsync(under, "a", "one ", null, "more");
        var position = GripPosition.Write(new Dictionary<ChannelName, string?> { [ChannelName.Parse("a")] = "known" });
        var client = await under.JoinAsync(["a"], position, format: s_format);

        Assert.Equal(CloseReason.PublisherEnded, await client.ClosedAsync());
        await client.Reading.Within("the end of the response");
        Assert.Equal("one end", client.Text);
    }

    /// <summary>Publishes contents together, the stream's last in place of null.</summary>
    private static Task PublishAsync(FanOutUnderTest under, string channel, params string?[] contents) => PublishAsync(
        under, channel,
        [.. contents.Select(content => content is null ? Item("""{"formats":{"http-stream":{"content":"end","action":"close"}}}""") : new NewEvent(Encoding.UTF8.GetBytes(content)))]);

    private static async Task PublishAsync(FanOutUnderTest under, string channel, NewEvent[] events) =>
        Assert.Equal(PublishOutcome.Accepted, (await under.Local.PublishAsync(ChannelName.Parse(channel), events, CancellationToken.None)).Outcome);

    private static NewEvent Item(string json) => new(GripItem.EventType, Encoding.UTF8.GetBytes(json));
}
