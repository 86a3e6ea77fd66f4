using SseFabric.Channels;
using SseFabric.Channels.Configuration;
using SseFabric.Channels.Sources;
using SseFabric.Contracts;
using SseFabric.TestKit.Conformance;
using SseFabric.TestKit.Fabric;
using SseFabric.TestKit.Waiting;
using SseFabric.Unit.Subscribers;

namespace SseFabric.Unit.Local;

[Trait("Suite", "Unit")]
public sealed class LocalFabricTests : IAsyncDisposable
{
    private static readonly ChannelName s_a = ChannelName.Parse("a");
    private static readonly ChannelName s_always = ChannelName.Parse("always");

    private readonly ManualTime _time = new();
    private readonly ManualSource _source = new();
    private readonly RecordingSink _sink = new();
    private readonly IngestGate _gate = new(1000);
    private readonly LocalFabricParts _parts;
    private readonly LocalFabric _fabric;

    public LocalFabricTests()
    {
        ChannelRule[] rules = [new() { Match = "always", AlwaysOn = true, Linger = TimeSpan.Zero }, new() { Match = "brief*", Linger = TimeSpan.Zero }, new()];
        _parts = new LocalFabricParts(new FabricOptions { Channels = [.. rules] }, _source, _gate, _time);
        _fabric = _parts.Fabric;
        _fabric.UseSink(_sink);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _parts.DisposeAsync();

    [Fact]
    public async Task Linger_FeedLeft_ChannelStaysForItAndGoes()
    {
        var head = await AttachAsync(s_a);
        await _fabric.DetachAsync(s_a);
        _time.Advance(TimeSpan.FromSeconds(59));
        _source.Publish("a", "heard"u8);
        Assert.Single((await ReadAsync(s_a, head)).Events);

        // Whoever uses it keeps it: the minute begins anew.
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(1, _source.Subscriptions);
        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal((0, 0), (_fabric.ChannelCount, _source.Subscriptions));
        Assert.Equal(0, _time.ActiveTimers);
    }

    [Fact]
    public async Task Linger_AttachedAgainInTime_ContinuesTheEpoch()
    {
        var first = await AttachAsync(s_a);
        await _fabric.DetachAsync(s_a);
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(first, await AttachAsync(s_a));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal((1, 1, 1), (_fabric.ChannelCount, _source.Subscriptions, _source.Subscribes));
    }

    [Fact]
    public async Task Linger_Over_IsANewEpoch()
    {
        var first = await AttachAsync(s_a);
        _source.Publish("a", "x"u8);
        await _fabric.DetachAsync(s_a);
        _time.Advance(TimeSpan.FromMinutes(2));

        var second = await AttachAsync(s_a);

        Assert.True(second.Epoch > first.Epoch, $"{second} after {first}.");
        Assert.Equal(ResumeOutcome.Epoch, (await ReadAsync(s_a, new Cursor(first.Epoch, 1))).Outcome);
    }

    [Fact]
    public async Task Linger_Zero_ChannelStaysWhileAnIdempotencyKeyIsRemembered()
    {
        var channel = ChannelName.Parse("brief");
        var first = await _fabric.PublishAsync(channel, EventText.Events("a"), "key", Token);

        _time.Advance(TimeSpan.FromSeconds(299));
        var repeat = await _fabric.PublishAsync(channel, EventText.Events("a"), "key", Token);
        _time.Advance(TimeSpan.FromSeconds(2));
        var fresh = await _fabric.PublishAsync(channel, EventText.Events("a"), "key", Token);

        Assert.Equal((first.Last, true), (repeat.Last, repeat.IsRepeat));
        Assert.False(fresh.IsRepeat);
        _time.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal(0, _fabric.ChannelCount);
    }

    [Fact]
    public async Task Linger_Zero_GoesWithTheLastUse()
    {
        await _fabric.PublishAsync(ChannelName.Parse("brief1"), EventText.Events("x"), Token);
        await AttachAsync(ChannelName.Parse("brief2"));
        await _fabric.DetachAsync(ChannelName.Parse("brief2"));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal((0, 0), (_fabric.ChannelCount, _source.Subscriptions));
    }

    [Fact]
    public async Task Linger_ManyPublishedOnce_LeaveNothing()
    {
        for (var i = 0; i < 10_000; i++)
        {
            await _fabric.PublishAsync(ChannelName.Parse($"c{i}"), EventText.Events("x"), Token);
        }

        Assert.Equal(10_000, _fabric.ChannelCount);
        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(0, _fabric.ChannelCount);
    }

    [Fact]
    public async Task AlwaysOn_NobodyAttached_HearsFromBeginningToEnd()
    {
        await _fabric.KeepAlwaysOnAsync(Token).Within("the subscription");
        _source.Publish("always", "one"u8);
        _time.Advance(TimeSpan.FromDays(1) - TimeSpan.FromHours(23.5));
        _source.Publish("always", "two"u8);
        await AttachAsync(s_always);
        await _fabric.DetachAsync(s_always);
        _time.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal(["one", "two"], (await ReadAsync(s_always, null)).Events.Select(EventText.Text));
        Assert.Equal(1, _source.Subscriptions);
    }

    [Fact]
    public async Task AlwaysOn_SourceAwayAtFirst_IsTriedAgainAndKeepsWhatIsPublishedMeanwhile()
    {
        _source.IsAway = true;
        var keeping = _fabric.KeepAlwaysOnAsync(Token);
        Assert.Equal(PublishOutcome.Accepted, (await _fabric.PublishAsync(s_always, EventText.Events("meanwhile"), Token)).Outcome);
        _time.Advance(TimeSpan.FromMilliseconds(900));
        _source.IsAway = false;
        _time.Advance(TimeSpan.FromMilliseconds(200));
        await keeping.Within("the subscription");

        Assert.Equal(1, _source.Subscriptions);
        Assert.Equal(["meanwhile"], (await ReadAsync(s_always, null)).Events.Select(EventText.Text));
    }

    [Fact]
    public async Task AlwaysOn_StoppedWhileTheSourceIsAway_Ends()
    {
        _source.IsAway = true;
        using var stop = new CancellationTokenSource();
        var keeping = _fabric.KeepAlwaysOnAsync(stop.Token);
        await stop.CancelAsync();
        await keeping.Within("the end");
    }

    [Fact]
    public async Task Attach_SourceAway_IsSaidAndALaterOneWorks()
    {
        _source.IsAway = true;
        Assert.Equal(AttachOutcome.SourceUnavailable, (await _fabric.AttachAsync(s_a, 0, Token)).Outcome);
        Assert.Equal(AttachOutcome.SourceUnavailable, (await _fabric.AttachAsync(s_a, 0, Token)).Outcome);
        _source.IsAway = false;

        await AttachAsync(s_a);
        _source.Publish("a", "x"u8);

        await Eventually.SeeAsync("the event", () => _sink.EventsOf("a").Count, count => count == 1);
    }

    [Fact]
    public async Task Attach_SourceLost_IsSaidUntilItReturns()
    {
        await AttachAsync(s_a);
        await _fabric.DetachAsync(s_a);
        _source.Lose();
        Assert.Equal(AttachOutcome.SourceUnavailable, (await _fabric.AttachAsync(s_a, 0, Token)).Outcome);
        _source.Return();
        await AttachAsync(s_a);
    }

    [Fact]
    public async Task Attach_CancelledWhileSubscribing_TheOtherOneIsAttached()
    {
        _source.Hold();
        using var stop = new CancellationTokenSource();
        var cancelled = _fabric.AttachAsync(s_a, 0, stop.Token).AsTask();
        var other = _fabric.AttachAsync(s_a, 0, Token).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled.Within("the end of an attach that was cancelled"));
        _source.Answer();

        Assert.Equal(AttachOutcome.Attached, (await other.Within("the attach")).Outcome);
        Assert.Equal(1, _source.Subscribes);
    }

    [Fact]
    public async Task Attach_ChannelWithEventsThatWasNotSubscribed_BeginsAnEpoch()
    {
        var published = (await _fabric.PublishAsync(s_a, EventText.Events("x"), Token)).Last;
        var head = await AttachAsync(s_a);
        Assert.True(head.Epoch > published.Epoch, $"{head} after {published}: what the server published before the SUBSCRIBE was not seen.");
        Assert.Equal(ResumeOutcome.Exact, (await ReadAsync(s_a, published)).Outcome);
    }

    [Fact]
    public async Task Source_LostAndBack_IsANewEpochAndABeat()
    {
        var head = await AttachAsync(s_a);
        _source.Publish("a", "x"u8);
        _source.Lose();
        await Eventually.SeeAsync("word of the loss", () => _sink.BatchesOf("a"), batches => batches.Any(batch => batch.Source == SourceState.Lost));
        _source.Return();
        var back = await Eventually.SeeAsync("word of the return", () => _sink.BatchesOf("a")[^1], batch => batch.Head.Epoch > head.Epoch);

        Assert.Equal((SourceState.Up, 0L), (back.Source, back.Head.Offset));
        var page = await ReadAsync(s_a, head);
        Assert.Equal([new Cursor(head.Epoch, 1)], page.ClosedEpochs);
    }

    [Fact]
    public async Task Attach_WhileDetaching_LeavesALaneThatEitherStaysOrGoes()
    {
        for (var i = 0; i < 2000; i++)
        {
            await AttachAsync(s_a);
            await Task.WhenAll(Task.Run(() => _fabric.AttachAsync(s_a, 0, Token).AsTask(), Token), Task.Run(() => _fabric.DetachAsync(s_a).AsTask(), Token));
            await _fabric.DetachAsync(s_a);
        }

        await _fabric.PublishAsync(s_a, EventText.Events("unheard"), Token);
        await AttachAsync(s_always);
        await _fabric.PublishAsync(s_always, EventText.Events("heard"), Token);
        await Eventually.SeeAsync("the other channel's event", () => _sink.EventsOf("always").Count, count => count == 1);
        Assert.Empty(_sink.EventsOf("a"));
    }

    [Fact]
    public async Task Publish_SinkHeldUp_WaitsAtTheGateAndGoesOnAfterwards()
    {
        var head = await AttachAsync(s_a);
        _sink.Hold();
        await _fabric.PublishAsync(s_a, EventText.Events(new string('x', 2000)), Token);
        await _sink.WaitForHeldAsync();
        Assert.True(_gate.IsClosed);

        var waiting = _fabric.PublishAsync(s_a, EventText.Events("waits"), Token).AsTask();
        var refused = _fabric.PublishAsync(s_a, EventText.Events("is refused"), Token).AsTask();
        await AttachAsync(s_always);
        Assert.False(waiting.IsCompleted || refused.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.False(waiting.IsCompleted || refused.IsCompleted);

        _sink.Release();

        Assert.Equal(PublishOutcome.Accepted, (await waiting.Within("the publish that waited")).Outcome);
        Assert.Equal(PublishOutcome.Accepted, (await refused.Within("the other publish that waited")).Outcome);
        await Eventually.SeeAsync("an empty gate", () => _gate.WaitingBytes, bytes => bytes == 0);
        Assert.Equal(new Cursor(head.Epoch, 3), (await ReadAsync(s_a, null)).Head);
    }

    [Fact]
    public async Task Publish_SinkHeldUpForLong_IsRefusedAsOverload()
    {
        await AttachAsync(s_a);
        _sink.Hold();
        await _fabric.PublishAsync(s_a, EventText.Events(new string('x', 2000)), Token);
        await _sink.WaitForHeldAsync();
        using var stop = new CancellationTokenSource();
        var refused = _fabric.PublishAsync(s_a, EventText.Events("x"), Token).AsTask();
        var cancelled = _fabric.PublishAsync(s_a, EventText.Events("x"), stop.Token).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled.Within("the end of a publish that was cancelled"));

        _time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(PublishOutcome.Overloaded, (await refused.Within("the refusal")).Outcome);
        Assert.Equal(0, _time.ActiveTimers);
        _sink.Release();
        await Eventually.SeeAsync("the one event", () => _sink.EventsOf("a").Count, count => count == 1);
    }

    [Fact]
    public async Task Detach_WithEventsWaiting_GivesTheirRoomBack()
    {
        await AttachAsync(s_a);
        await AttachAsync(s_always);
        _sink.Hold();
        await _fabric.PublishAsync(s_always, EventText.Events("held"), Token);
        await _sink.WaitForHeldAsync();
        await _fabric.PublishAsync(s_a, EventText.Events("never delivered"), Token);
        await _fabric.DetachAsync(s_a);
        _sink.Release();

        await Eventually.SeeAsync("an empty gate", () => _gate.WaitingBytes, bytes => bytes == 0);
        Assert.Empty(_sink.EventsOf("a"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\nb")]
    [InlineData("a\rdata: forged")]
    public async Task Publish_TypeThatWouldBreakItsFrame_IsRefused(string type)
    {
        var result = await _fabric.PublishAsync(s_a, [EventText.Event("good"), new NewEvent(type, "x"u8.ToArray())], Token);
        Assert.Equal(PublishOutcome.BadFormat, result.Outcome);
        Assert.Empty((await ReadAsync(s_a, null)).Events);
    }

    private async Task<Cursor> AttachAsync(ChannelName channel)
    {
        var result = await _fabric.AttachAsync(channel, 0, Token);
        Assert.Equal(AttachOutcome.Attached, result.Outcome);
        return result.Head;
    }

    private async Task<HistoryPage> ReadAsync(ChannelName channel, Cursor? after) => (await _fabric.ReadHistoryAsync(channel, after, Token))!;
}
