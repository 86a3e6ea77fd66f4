using System.IO.Pipelines;
using System.Text;
using SseFabric.Channels.Configuration;
using SseFabric.Contracts;
using SseFabric.Frontend.Subscribers;
using SseFabric.TestKit.Waiting;

namespace SseFabric.Unit.Subscribers;

[Trait("Suite", "Unit")]
public sealed class FanOutTests
{
    // Where the clock runs on until everything has been handed out, nobody is to be cut for his silence meanwhile.
    private static readonly TimeSpan s_never = TimeSpan.FromHours(1);

    [Fact]
    public async Task Subscribe_Live_GetsThePositionAndWhatComesAfter()
    {
        await using var under = new FanOutUnderTest();
        var before = await under.PublishAsync("a", "before");
        var client = await under.JoinAsync(["a"]);
        var head = await under.PublishAsync("a", "one", "two");

        await client.SeeEventsAsync("one", "two");
        Assert.StartsWith("#", client.Seen[0], StringComparison.Ordinal);
        Assert.NotEqual($"#{before}", client.Seen[0]);
        Assert.Equal($"{head}", client.LastEventId);
    }

    [Fact]
    public async Task Subscribe_Resumes_GetsWhatItMissedOnceAndThenLive()
    {
        await using var under = new FanOutUnderTest();
        var first = await under.JoinAsync(["a", "b"]);
        await under.PublishAsync("a", "a1");
        await under.PublishAsync("b", "b1");
        await first.SeeEventsAsync("a1", "b1");
        first.Leave();
        await first.ClosedAsync();
        await under.PublishAsync("a", "a2", "a3");
        await under.PublishAsync("b", "b2");

        var again = await under.JoinAsync(["a", "b"], first.LastEventId);
        await under.PublishAsync("b", "b3");

        await again.SeeEventsAsync("a2", "a3", "b2", "b3");
        Assert.Equal($"#{first.LastEventId}", again.Seen[0]);
        var third = await under.JoinAsync(["a", "b"], again.LastEventId);
        await under.PublishAsync("a", "a4");
        await third.SeeEventsAsync("a4");
    }

    /// <summary>The list of channels may change between two connections, and each channel goes on for itself.</summary>
    [Fact]
    public async Task Subscribe_ResumesWithOtherChannels_EachResumesAlone()
    {
        await using var under = new FanOutUnderTest();
        var one = await under.JoinAsync(["a"]);
        var other = await under.JoinAsync(["b"]);
        await under.PublishAsync("a", "a1");
        await one.SeeEventsAsync("a1");
        await under.PublishAsync("a", "a2");

        var two = await under.JoinAsync(["a", "b"], one.Seen[0][1..]);
        await two.SeeEventsAsync("a1", "a2");
        var back = await under.JoinAsync(["b"], two.LastEventId);
        await under.PublishAsync("b", "b1");
        await back.SeeEventsAsync("b1");
        await other.SeeEventsAsync("b1");
    }

    [Fact]
    public async Task Subscribe_IdNobodyUnderstands_IsToldUnknownAndAllThatIsRetained()
    {
        await using var under = new FanOutUnderTest();
        var first = await under.JoinAsync(["a", "b"]);
        await under.PublishAsync("a", "a1");
        await first.SeeEventsAsync("a1");

        var client = await under.JoinAsync(["a", "b"], "nonsense");

        await client.SeeEventsAsync("!a:unknown", "a1", "!b:unknown");
        Assert.Equal(first.LastEventId, client.LastEventId);
    }

    /// <summary>A request that waits for the histories of many channels was once asked to go on twice as often with each that came.</summary>
    [Fact]
    public async Task Subscribe_ResumesManyFreshChannels_WaitsForEachOnce()
    {
        await using var under = new FanOutUnderTest();
        var channels = Enumerable.Range(0, 100).Select(i => $"c{i:00}").ToArray();

        var client = await under.JoinAsync(channels, "nonsense");

        await client.SeeAsync("a gap of each channel", seen => seen.Count(one => one.EndsWith(":unknown", StringComparison.Ordinal)) == channels.Length);
    }

    /// <summary>A client that takes nothing after the first write has it all.</summary>
    [Fact]
    public async Task Subscribe_Resumes_TheFirstBlockAndWhatItMissedAreOneWrite()
    {
        await using var under = new FanOutUnderTest();
        var stays = await under.JoinAsync(["a"]);
        await under.PublishAsync("a", "1", "2");
        await stays.SeeEventsAsync("1", "2");

        var client = await under.JoinAsync(["a"], stays.Seen[0][1..], reads: false, pauseAt: 1);
        client.Leave();

        Assert.Equal(CloseReason.ClientGone, await client.ClosedAsync());
        await client.Reading.Within("the end of the response");
        Assert.Equal([stays.Seen[0], "1", "2"], client.Seen);
    }

    /// <summary>A history larger than the queue's bound once closed every stream that resumed, before the client got anything.</summary>
    [Theory]
    [InlineData(SlowSubscriberPolicy.Close)]
    [InlineData(SlowSubscriberPolicy.DropOldest)]
    [InlineData(SlowSubscriberPolicy.Latest)]
    public async Task Subscribe_HistoryLargerThanTheQueue_GetsAllOfIt(SlowSubscriberPolicy policy)
    {
        await using var under = new FanOutUnderTest(
            new StreamOptions { Heartbeat = s_never, MaxQueuedBytes = 4096, SlowSubscriber = policy },
            new ChannelRule { History = new HistoryOptions { Count = 1000, MaxBytes = 100 << 20 } });
        var texts = Enumerable.Range(0, 400).Select(i => $"{i}:{new string('x', 1000)}").ToArray();
        var stays = await under.JoinAsync(["a"]);
        await under.PublishAsync("a", texts);
        await under.HandOutAsync();

        var client = await under.JoinAsync(["a"], stays.Seen[0][1..], reads: false, pauseAt: 16 << 10);
        await under.SettleAsync();
        client.StartReading();

        await client.SeeAsync("all of the history", _ => client.Events.SequenceEqual(texts));
        await under.PublishAsync("a", "live");
        await client.SeeAsync("the live event after all", seen => seen[^1] == "live");
        Assert.False(client.Subscriber.IsClosed);
    }

    [Fact]
    public async Task Write_SlowWithClose_IsClosedAsSlowAndResumes()
    {
        await using var under = new FanOutUnderTest(new StreamOptions { Heartbeat = s_never, MaxQueuedBytes = 400 << 10 }, Roomy());
        var slow = await under.JoinAsync(["a"], reads: false, pauseAt: 2048);
        var quick = await under.JoinAsync(["a"]);
        var texts = Enumerable.Range(0, 2000).Select(i => $"{i:0000}{new string('x', 1000)}").ToArray();
        foreach (var text in texts)
        {
            await under.PublishAsync("a", text);
        }

        await under.HandOutAsync();
        await quick.SeeAsync("everything", _ => quick.Events.SequenceEqual(texts));
        Assert.Equal(CloseReason.Slow, await slow.ClosedAsync());
        Assert.Equal(1, slow.Aborts);
        await under.SettleAsync();
        Assert.Equal(1, under.Counted["ssefabric.closes", "slow"]);
        Assert.Equal(1, under.Counted["ssefabric.subscribers.active", "server"]);
        await slow.Reading.Within("the end of what the slow one reads");

        var again = await under.JoinAsync(["a"], slow.LastEventId);
        await again.SeeAsync("the rest", _ => again.Events.SequenceEqual(texts.Skip(slow.Events.Length)));
    }

    [Fact]
    public async Task Write_SlowWithDropOldest_IsToldAndGetsTheNewest()
    {
        await using var under = new FanOutUnderTest(new StreamOptions { Heartbeat = s_never, MaxQueuedBytes = 4096, SlowSubscriber = SlowSubscriberPolicy.DropOldest }, Roomy());
        var slow = await under.JoinAsync(["a", "b"], reads: false, pauseAt: 2048);
        var position = await PublishTwoAsync(under);
        slow.StartReading();

        await slow.SeeAsync("the channels' position", _ => slow.LastEventId == position);
        var told = Array.IndexOf(slow.Events, "!a:slow");
        foreach (var (channel, all) in new[] { ("a", Enumerable.Range(0, 300).Where(i => i % 3 != 0).ToArray()), ("b", [.. Enumerable.Range(0, 300).Where(i => i % 3 == 0)]) })
        {
            var before = NumbersOf(slow.Events[..told], channel);
            var after = NumbersOf(slow.Events[told..], channel);
            Assert.Equal(all[..before.Length], before);
            Assert.Equal(all[^after.Length..], after);
            Assert.Equal(before.Length + after.Length < all.Length ? 1 : 0, slow.Events.Count(seen => seen == $"!{channel}:slow"));
        }

        await under.SettleAsync();
        var lost = 300 - slow.Events.Count(seen => seen[0] != '!');
        Assert.Equal(lost, under.Counted["ssefabric.frames.dropped"]);
        Assert.Equal(slow.Events.Count(seen => seen[0] == '!'), under.Counted["ssefabric.gaps", "slow"]);

        // The id that was told is true: what it resumes is what came after.
        var again = await under.JoinAsync(["a", "b"], slow.Seen.Last(seen => seen[0] == '#')[1..]);
        var rest = slow.Events[told..].Where(seen => seen[0] != '!').Order().ToArray();
        await again.SeeAsync("as much after the told id", _ => again.Events.Order().SequenceEqual(rest));
    }

    [Fact]
    public async Task Write_SlowWithLatest_GetsTheLatestOfEach()
    {
        await using var under = new FanOutUnderTest(new StreamOptions { Heartbeat = s_never, MaxQueuedBytes = 4096, SlowSubscriber = SlowSubscriberPolicy.Latest }, Roomy());
        var slow = await under.JoinAsync(["a", "b"], reads: false, pauseAt: 2048);
        var position = await PublishTwoAsync(under);
        slow.StartReading();

        await slow.SeeAsync("the channels' position", _ => slow.LastEventId == position);
        Assert.DoesNotContain(slow.Events, seen => seen[0] == '!');
        Assert.Equal(NumbersOf(slow.Events, "a").Order(), NumbersOf(slow.Events, "a"));
        Assert.InRange(slow.Events.Length, 2, 299);
        await under.SettleAsync();
        Assert.Equal(300 - slow.Events.Length, under.Counted["ssefabric.frames.dropped"]);
    }

    [Fact]
    public async Task Write_OneStalled_TheOthersGoOn()
    {
        await using var under = new FanOutUnderTest(new StreamOptions { MaxQueuedBytes = 1 << 30 }, Roomy(), loops: 1);
        await under.JoinAsync(["a"], reads: false, pauseAt: 1);
        var others = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => under.JoinAsync(["a"])));
        for (var i = 0; i < 200; i++)
        {
            await under.PublishAsync("a", $"{i}");
        }

        foreach (var other in others)
        {
            await other.SeeEventsAsync([.. Enumerable.Range(0, 200).Select(i => $"{i}")]);
        }
    }

    [Fact]
    public async Task Deliver_AnotherChannelIsHeldBack_IsNot()
    {
        // A clock that stands still: what is held back stays so.
        await using var under = new FanOutUnderTest(new StreamOptions { MaxQueuedBytes = 1 << 30 }, Roomy());
        var (keeper, small) = (await under.JoinAsync(["large"]), await under.JoinAsync(["small"]));
        var (large, little) = (await under.PublishAsync("large", "before"), await under.PublishAsync("small", "before"));
        await Task.WhenAll(keeper.SeeEventsAsync("before"), small.SeeEventsAsync("before"));
        await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => under.JoinAsync(["large"], reads: false, pauseAt: 1)));

        var held = under.Loop.DeliverAsync([Batch("large", large)]);
        await under.Loop.DeliverAsync([Batch("small", little)]).AsTask().Within("a delivery beside one that is held back");

        await small.SeeEventsAsync(["before", .. Enumerable.Range(0, 600).Select(i => $"{i}")]);
        Assert.False(held.IsCompleted);

        static EventBatch Batch(string channel, Cursor head)
        {
            var published = Enumerable.Range(0, 600)
                .Select(i => new PublishedEvent(head with { Offset = head.Offset + i + 1 }, 0, new NewEvent(Encoding.UTF8.GetBytes($"{i}")))).ToArray();
            return new EventBatch(ChannelName.Parse(channel), published, published[^1].Cursor);
        }
    }

    [Fact]
    public async Task Tick_Silence_IsBrokenByAHeartbeatAndEventsPutItOff()
    {
        await using var under = new FanOutUnderTest(new StreamOptions { Heartbeat = TimeSpan.FromSeconds(10) });
        var client = await under.JoinAsync(["a"]);
        await under.AdvanceAsync(TimeSpan.FromSeconds(9.9));
        Assert.DoesNotContain(":", client.Seen);
        await under.AdvanceAsync(TimeSpan.FromSeconds(0.1));
        await client.SeeAsync("a heartbeat", seen => seen.Count(one => one == ":") == 1);

        await under.AdvanceAsync(TimeSpan.FromSeconds(5));
        await under.PublishAsync("a", "x");
        await client.SeeAsync("the event", seen => seen[^1] == "x");
        await under.AdvanceAsync(TimeSpan.FromSeconds(9.8));
        Assert.Single(client.Seen, ":");
        await under.AdvanceAsync(TimeSpan.FromSeconds(0.2));
        await client.SeeAsync("a second heartbeat", seen => seen.Count(one => one == ":") == 2);
    }

    [Fact]
    public async Task Tick_HourOfSilence_IsOneHeartbeat()
    {
        await using var under = new FanOutUnderTest(new StreamOptions { Heartbeat = TimeSpan.FromHours(1) });
        var client = await under.JoinAsync(["a"]);
        await under.AdvanceAsync(TimeSpan.FromHours(1));
        await client.SeeAsync("a heartbeat", seen => seen.Count(one => one == ":") == 1);
    }

    [Fact]
    public async Task Tick_MaxAge_EndsTheStreamInItsLastFifth()
    {
        await using var under = new FanOutUnderTest(new StreamOptions { MaxAge = TimeSpan.FromMinutes(1) });
        var clients = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => under.JoinAsync(["a"])));
        await under.AdvanceAsync(TimeSpan.FromSeconds(47.9));
        Assert.DoesNotContain(clients, client => client.Subscriber.IsClosed);

        await under.AdvanceAsync(TimeSpan.FromSeconds(6));
        Assert.Contains(clients, client => client.Subscriber.IsClosed);
        Assert.Contains(clients, client => !client.Subscriber.IsClosed);

        await under.AdvanceAsync(TimeSpan.FromSeconds(6.2));
        foreach (var client in clients)
        {
            Assert.Equal(CloseReason.MaxAge, await client.ClosedAsync());
            Assert.Equal(0, client.Aborts);
        }
    }

    [Fact]
    public async Task Drain_Window_SpreadsTheEndsAndTakesNobody()
    {
        await using var under = new FanOutUnderTest();
        var clients = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => under.JoinAsync(["a"])));
        var drained = under.Loop.DrainAsync(TimeSpan.FromSeconds(10));
        await under.SettleAsync();
        Assert.Equal(SubscribeOutcome.Draining, await under.Client(["a"]).SubscribeAsync().Within("a refusal"));

        await under.AdvanceAsync(TimeSpan.FromSeconds(5));
        Assert.InRange(clients.Count(client => client.Subscriber.IsClosed), 5, 45);
        await under.PublishAsync("a", "still served");
        Assert.False(drained.IsCompleted);

        await under.AdvanceAsync(TimeSpan.FromSeconds(5.2));
        await drained.Within("the end of the drain");
        foreach (var client in clients)
        {
            Assert.Equal(CloseReason.Drain, await client.ClosedAsync());
            await client.Reading.Within("the end of what a client reads");
        }

        Assert.Contains(clients, client => client.Events.Contains("still served"));
        await under.Loop.DrainAsync(TimeSpan.Zero).Within("a second drain");
    }

    [Fact]
    public async Task Drain_NoWindowWithAStalledOne_EndsAtOnce()
    {
        await using var under = new FanOutUnderTest(rule: Roomy());
        var stalled = await under.JoinAsync(["a"], reads: false, pauseAt: 1);
        await under.PublishAsync("a", "x");
        await under.Loop.DrainAsync(TimeSpan.Zero).Within("the drain");
        Assert.Equal(CloseReason.Drain, await stalled.ClosedAsync());
        Assert.Equal(1, stalled.Aborts);
    }

    [Fact]
    public async Task Abandon_LastOne_DetachesTheFeedAndTheLingerEndsTheChannel()
    {
        await using var under = new FanOutUnderTest(rule: new ChannelRule { Linger = TimeSpan.FromMinutes(1) });
        var one = await under.JoinAsync(["a"]);
        var two = await under.JoinAsync(["a", "b"]);
        Assert.Equal(2, under.Source.Subscriptions);
        one.Leave();
        Assert.Equal(CloseReason.ClientGone, await one.ClosedAsync());
        await under.AdvanceAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(2, under.Local.ChannelCount);

        two.Leave();
        await two.ClosedAsync();
        await under.AdvanceAsync(TimeSpan.FromSeconds(59));
        Assert.Equal(2, under.Source.Subscriptions);
        await under.AdvanceAsync(TimeSpan.FromSeconds(2));

        Assert.Equal((0, 0), (under.Local.ChannelCount, under.Source.Subscriptions));
    }

    [Fact]
    public async Task Abandon_WhileAttaching_IsAnsweredAndDetachedLater()
    {
        await using var under = new FanOutUnderTest(rule: new ChannelRule { Linger = TimeSpan.Zero });
        under.Source.Hold();
        var client = under.Client(["a", "b"]);
        var subscribing = client.SubscribeAsync();
        await Eventually.SeeAsync("the subscribes", () => under.Source.Subscribes, count => count == 2);

        client.Leave();
        Assert.Equal(SubscribeOutcome.Abandoned, await subscribing.Within("the answer"));
        Assert.Equal(2, under.Local.ChannelCount);
        under.Source.Answer();

        await Eventually.SeeAsync("nothing left", () => { under.Time.Advance(TimeSpan.FromMilliseconds(10)); return under.Local.ChannelCount; }, count => count == 0);
        Assert.Equal(0, under.Source.Subscriptions);
    }

    [Fact]
    public async Task Abandon_BeforeTheRequestIsSeen_IsAnswered()
    {
        await using var under = new FanOutUnderTest();
        var client = under.Client(["a"]);
        client.Leave();
        Assert.Equal(SubscribeOutcome.Abandoned, await client.SubscribeAsync().Within("the answer"));
    }

    [Fact]
    public async Task Subscribe_SourceAway_IsSentAwayAndTheNextTryWorks()
    {
        await using var under = new FanOutUnderTest();
        under.Source.IsAway = true;
        Assert.Equal(SubscribeOutcome.SourceUnavailable, await under.Client(["a", "b"]).SubscribeAsync().Within("the refusal"));

        under.Source.IsAway = false;
        var client = await under.JoinAsync(["a", "b"]);
        under.Source.Publish("a", "x"u8);
        await client.SeeEventsAsync("x");
    }

    [Fact]
    public async Task Source_LostAndBack_StreamsStayAndAreToldOfTheEpoch()
    {
        await using var under = new FanOutUnderTest();
        var client = await under.JoinAsync(["a"]);
        under.Source.Publish("a", "before"u8);
        await client.SeeEventsAsync("before");
        under.Source.Lose();
        await Eventually.SeeAsync("a refusal", () => under.Client(["a"]).SubscribeAsync(), outcome => outcome == SubscribeOutcome.SourceUnavailable);

        under.Source.Return();
        under.Source.Publish("a", "after"u8);

        await client.SeeEventsAsync("before", "!a:epoch", "after");
        var again = await under.JoinAsync(["a"], client.Seen[0][1..]);
        await again.SeeEventsAsync("before", "!a:epoch", "after");
        Assert.Equal(client.LastEventId, again.LastEventId);
    }

    [Fact]
    public async Task Source_OversizedMessage_IsToldInItsPlace()
    {
        await using var under = new FanOutUnderTest();
        var client = await under.JoinAsync(["a"]);
        under.Source.Publish("a", "one"u8);
        under.Source.Oversized("a");
        under.Source.Publish("a", "two"u8);
        await client.SeeEventsAsync("one", "!a:rejected", "two");
    }

    [Fact]
    public async Task Channels_TenThousandUsedOnce_LeaveNothingBehind()
    {
        await using var under = new FanOutUnderTest(rule: new ChannelRule { Linger = TimeSpan.FromSeconds(1) });
        for (var i = 0; i < 100; i++)
        {
            var clients = await Task.WhenAll(Enumerable.Range(0, 100).Select(j => under.JoinAsync([$"c{i}-{j}"])));
            foreach (var client in clients)
            {
                client.Leave();
            }

            await Task.WhenAll(clients.Select(client => client.ClosedAsync()));
        }

        await under.SettleAsync();
        await Eventually.SeeAsync("no channel", () => { under.Time.Advance(TimeSpan.FromSeconds(2)); return under.Local.ChannelCount; }, count => count == 0);
        Assert.Equal(0, under.Source.Subscriptions);
        Assert.Equal((0, 0, 0), under.Loop.Remains);
        Assert.Equal(0, under.Gate.WaitingBytes);
    }

    [Fact]
    public async Task Feed_DetachesSlowly_LeavesNothingBehind()
    {
        await using var under = new FanOutUnderTest(around: fabric => new SlowDetachFabric(fabric));
        for (var i = 0; i < 2000; i++)
        {
            var client = await under.JoinAsync([$"c{i}"]);
            client.Leave();
            await client.ClosedAsync();
        }

        await Eventually.SeeAsync("no feed, no set, no detach", () => under.Loop.Remains, remains => remains == (0, 0, 0));
    }

    [Fact]
    public async Task Feed_JoinedAgainWhileItDetaches_IsAttachedAfterwards()
    {
        await using var under = new FanOutUnderTest(around: fabric => new SlowDetachFabric(fabric));
        for (var i = 0; i < 200; i++)
        {
            var client = await under.JoinAsync(["a"]);
            await under.PublishAsync("a", $"{i}");
            await client.SeeEventsAsync($"{i}");
            client.Leave();
        }
    }

    /// <summary>An item that is posted while the loop comes to its end must not be left lying, and nothing else comes along to wake the loop.</summary>
    [Fact]
    public async Task Post_AsTheLoopEnds_IsExecuted()
    {
        await using var under = new FanOutUnderTest();
        var item = new CountingItem();
        await Task.Run(
        () =>
        {
            for (var i = 1; i <= 300_000; i++)
            {
                under.Loop.Post(item);
                var begin = TimeProvider.System.GetTimestamp();
                for (var spins = 1; item.Count < i; spins++)
                {
                    if (spins % 1000 == 0)
                    {
                        Assert.True(TimeProvider.System.GetElapsedTime(begin) < Deadline.Default, $"Item {i} was never executed.");
                        Thread.Yield();
                    }
                }
            }
        },
        CancellationToken.None);
    }

    /// <summary>The loop serves everybody: a response that can't be written to is one stream's end.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Write_ResponseThatCantBeWrittenTo_EndsThatStreamAlone(bool fromTheBeginning)
    {
        await using var under = new FanOutUnderTest();
        var other = await under.JoinAsync(["a"]);
        var pipe = new Pipe();
        var output = new PipeOutput(pipe.Writer, () => { }, peer: null);
        var broken = new Subscriber(under.Loops.Next(), output, under.Options);
        if (fromTheBeginning)
        {
            await pipe.Writer.CompleteAsync();
        }

        Assert.Equal(SubscribeOutcome.Joined, await under.Loop.SubscribeAsync(new SubscribeRequest([ChannelName.Parse("a")], null, under.Native, broken)));
        await pipe.Writer.CompleteAsync();
        await under.PublishAsync("a", "1");

        Assert.Equal(CloseReason.ClientGone, await output.Completion.Within("the end of the stream"));
        await other.SeeEventsAsync("1");
    }

    private static ChannelRule Roomy() => new() { History = new HistoryOptions { Count = 100_000, MaxBytes = 100 << 20 } };

    /// <summary>300 events, each third one to <c>b</c> and the others to <c>a</c>, each with its number and channel.</summary>
    /// <returns>The id of the position after all of them.</returns>
    private static async Task<string> PublishTwoAsync(FanOutUnderTest under)
    {
        for (var i = 0; i < 300; i++)
        {
            var channel = i % 3 == 0 ? "b" : "a";
            await under.PublishAsync(channel, $"{i:000}{channel}{new string('x', 1000)}");
        }

        await under.HandOutAsync();
        var live = await under.JoinAsync(["a", "b"]);
        await live.SeeAsync("the first block", seen => seen.Length > 0);
        return live.Seen[0][1..];
    }

    private static int[] NumbersOf(string[] seen, string channel) =>
        [.. seen.Where(one => one[0] != '!' && one[3..].StartsWith(channel, StringComparison.Ordinal)).Select(one => int.Parse(one[..3], System.Globalization.CultureInfo.InvariantCulture))];

    private sealed class CountingItem : ILoopItem<FanOut>
    {
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public void Execute(FanOut loop) => Volatile.Write(ref _count, _count + 1);
    }

    private sealed class SlowDetachFabric(IChannelFabric fabric) : IChannelFabric
    {
        public void UseSink(IFeedSink sink) => fabric.UseSink(sink);

        public ValueTask<PublishResult> PublishAsync(
            ChannelName channel, IReadOnlyList<NewEvent> events, string? idempotencyKey, CancellationToken cancellationToken) =>
            fabric.PublishAsync(channel, events, idempotencyKey, cancellationToken);

        public ValueTask<AttachResult> AttachAsync(ChannelName channel, long lastKnownEpoch, CancellationToken cancellationToken) =>
            fabric.AttachAsync(channel, lastKnownEpoch, cancellationToken);

        public async ValueTask DetachAsync(ChannelName channel)
        {
            await Task.Yield();
            await fabric.DetachAsync(channel);
        }

        public ValueTask<DisconnectResult> DisconnectAsync(Disconnection disconnection, CancellationToken cancellationToken) =>
            fabric.DisconnectAsync(disconnection, cancellationToken);

        public void ReportSubscribers(ChannelName channel, int count) => fabric.ReportSubscribers(channel, count);

        public ValueTask<HistoryPage?> ReadHistoryAsync(ChannelName channel, Cursor? after, CancellationToken cancellationToken) =>
            fabric.ReadHistoryAsync(channel, after, cancellationToken);
    }
}
