using System.Text;
using SseFabric.Channels.Configuration;
using SseFabric.Contracts;
using SseFabric.Frontend.Feeds;
using SseFabric.Frontend.Framing;
using SseFabric.Frontend.Resume;
using SseFabric.Frontend.Subscribers;
using SseFabric.TestKit.Waiting;

namespace SseFabric.Unit.Subscribers;

/// <summary>Streams of several formats side by side: each has its own bytes and its own manners.</summary>
[Trait("Suite", "Unit")]
public sealed class FanOutFormatTests
{
    // The clock runs on until a frame is dropped; nobody is to be cut for his silence meanwhile.
    private static readonly TimeSpan s_never = TimeSpan.FromHours(1);
    private readonly UwsgiFormat _uwsgi = new();

    [Fact]
    public async Task Publish_SubscribersOfThreeFormats_EachGetsItsOwnBytes()
    {
        await using var under = new FanOutUnderTest();
        var raw = await under.JoinAsync(["a"], format: new RawFormat("<"u8.ToArray(), ">"u8.ToArray(), "top "u8.ToArray()));
        var uwsgi = await under.JoinAsync(["a"], format: _uwsgi);
        var native = await under.JoinAsync(["a"]);
        await under.PublishAsync("a", "one\ntwo");

        await raw.SeeTextAsync("top <one\ntwo>");
        await uwsgi.SeeTextAsync("data: one\ndata: two\n\n");
        await native.SeeEventsAsync("one\ntwo");
        Assert.Equal((1, 3, 0), under.Loop.Remains);
        foreach (var client in new[] { uwsgi, native, raw })
        {
            client.Leave();
            Assert.Equal(CloseReason.ClientGone, await client.ClosedAsync());
        }

        await under.SettleAsync();
        Assert.Equal((0, 0), (under.Loop.Remains.Feeds, under.Loop.Remains.Sets));
    }

    [Fact]
    public async Task Publish_ManySetsOfOneFormat_BodyIsMadeOnce()
    {
        await using var under = new FanOutUnderTest();
        var format = new CountingFormat();
        string[][] lists = [["a"], ["a", "b"], ["a", "c"], ["a"]];
        var clients = new List<PipeClient>();
        foreach (var list in lists)
        {
            clients.Add(await under.JoinAsync(list, format: format));
        }

        await under.PublishAsync("a", "x", "y");

        foreach (var client in clients)
        {
            await client.SeeTextAsync("xy");
        }

        Assert.Equal(2, format.Bodies);
    }

    [Fact]
    [Trait("Parity", "8")]
    public async Task Uwsgi_EmptyPayload_NothingIsWrittenAndTheNextComes()
    {
        await using var under = new FanOutUnderTest();
        var client = await under.JoinAsync(["a"], format: _uwsgi);
        await under.PublishAsync("a", "", "next");

        await client.SeeTextAsync("data: next\n\n");
    }

    [Fact]
    public async Task Uwsgi_SilenceOfAnHour_NothingIsWritten()
    {
        await using var under = new FanOutUnderTest(new StreamOptions { Heartbeat = TimeSpan.FromMinutes(5) });
        var client = await under.JoinAsync(["a"], format: _uwsgi);
        await under.AdvanceAsync(TimeSpan.FromHours(1));
        await under.PublishAsync("a", "still here");

        await client.SeeTextAsync("data: still here\n\n");
    }

    [Fact]
    public async Task Uwsgi_LastEventId_IsLive()
    {
        await using var under = new FanOutUnderTest();
        var head = await under.PublishAsync("a", "before");
        var client = await under.JoinAsync(["a"], lastEventId: $"{head.Epoch}-0", format: _uwsgi);
        await under.PublishAsync("a", "after");

        await client.SeeTextAsync("data: after\n\n");
    }

    [Fact]
    public async Task SourceLost_UwsgiEnds_NativeStays()
    {
        await using var under = new FanOutUnderTest();
        var native = await under.JoinAsync(["a", "b"]);
        var uwsgi = await under.JoinAsync(["a", "b"], format: _uwsgi);
        under.Source.Lose();

        Assert.Equal(CloseReason.SourceLost, await uwsgi.ClosedAsync());
        await uwsgi.Reading;
        Assert.Equal("", uwsgi.Text);
        Assert.False(native.Subscriber.IsClosed);
        var late = under.Client(["a"], format: _uwsgi);
        Assert.Equal(SubscribeOutcome.SourceUnavailable, await late.SubscribeAsync());
    }

    [Fact]
    public async Task Gap_UwsgiAndRaw_IsNotTold()
    {
        await using var under = new FanOutUnderTest();
        var uwsgi = await under.JoinAsync(["a"], format: _uwsgi);
        var raw = await under.JoinAsync(["a"], format: new RawFormat([], [], []));
        var native = await under.JoinAsync(["a"]);
        under.Source.Oversized("a");
        under.Source.Publish("a", "next"u8);

        await native.SeeEventsAsync("!a:rejected", "next");
        await uwsgi.SeeTextAsync("data: next\n\n");
        await raw.SeeTextAsync("next");
    }

    [Fact]
    public async Task Drop_SlowUwsgiSubscriber_GetsTheRestWithoutAWord()
    {
        await using var under = new FanOutUnderTest(new StreamOptions { Heartbeat = s_never, SlowSubscriber = SlowSubscriberPolicy.DropOldest, MaxQueuedBytes = 4096 });
        var slow = await under.JoinAsync(["a"], reads: false, pauseAt: 8, format: _uwsgi);
        var payloads = Enumerable.Range(0, 5).Select(i => new string((char)('0' + i), 1500)).ToArray();
        foreach (var payload in payloads)
        {
            await under.PublishAsync("a", payload);
        }

        // The first is being written, two fit. The loop waits for a slow majority, but not for ever.
        await Eventually.SeeAsync("two dropped frames", Dropped, dropped => dropped == 2);
        slow.StartReading();

        await slow.SeeTextAsync(string.Concat(new[] { payloads[0], payloads[3], payloads[4] }.Select(payload => $"data: {payload}\n\n")));

        long Dropped()
        {
            under.Time.Advance(TimeSpan.FromSeconds(1));
            return (long)under.Counted["ssefabric.frames.dropped"];
        }
    }

    [Fact]
    public async Task Drop_SlowNamedSubscriber_IsToldWhereItsChannelGoesOn()
    {
        var options = new StreamOptions { Heartbeat = s_never, SlowSubscriber = SlowSubscriberPolicy.DropOldest, MaxQueuedBytes = 4096 };
        await using var under = new FanOutUnderTest(options);
        var slow = await under.JoinAsync(["a", "b"], reads: false, pauseAt: 8, format: new NamedFormat(options));
        for (var i = 1; i <= 5; i++)
        {
            await under.PublishAsync("a", new string((char)('0' + i), 1500));
        }

        // The opening is being written, two fit.
        await Eventually.SeeAsync("three dropped frames", Dropped, dropped => dropped == 3);
        slow.StartReading();

        await slow.SeeTextAsync("the last event", text => text.EndsWith("5\n\n", StringComparison.Ordinal));
        Assert.Matches(@"\n\nchannel: \d+-3 a\nevent: missedevents\n.*slow.*\n\nid: m\S+\nretry: 3000\n\nid: m\S+\nchannel: \d+-4 a\ndata: 4", slow.Text);

        long Dropped()
        {
            under.Time.Advance(TimeSpan.FromSeconds(1));
            return (long)under.Counted["ssefabric.frames.dropped"];
        }
    }

    [Fact]
    [Trait("Parity", "11")]
    public async Task Raw_EveryByte_ComesIdentical()
    {
        await using var under = new FanOutUnderTest();
        var client = await under.JoinAsync(["a"], format: new RawFormat([], [], []));
        var payload = Enumerable.Range(0, 256).Select(value => (byte)value).ToArray();
        under.Source.Publish("a", payload);

        await client.SeeTextAsync(Encoding.Latin1.GetString(payload));
    }

    private sealed class CountingFormat : IStreamFormat
    {
        public int Bodies { get; private set; }

        public StreamBehaviour Behaviour { get; } = new();

        public byte[]? Body(ChannelFeed feed, PublishedEvent published)
        {
            Bodies++;
            return published.Event.Data.ToArray();
        }

        public byte[]? Gap(ChannelFeed feed, in FeedItem item) => null;

        public Frame Frame(in FeedItem item, byte[] body, ChannelSet set, int channel, ReadOnlySpan<Cursor> positions) => new([], body, [], channel);

        public byte[] Opening(ChannelSet set, ReadOnlySpan<Cursor> positions) => [];

        public byte[] Dropped(ChannelSet set, IEnumerable<int> channels, byte[] idLine) => [];

        public byte[] Farewell(TimeSpan retry) => [];

        public ResumePoint[] ReadLastEventId(string id, ReadOnlySpan<ChannelName> channels) => new ResumePoint[channels.Length];

        public ResumePoint[] Locate(ResumePoint[] points, ReadOnlySpan<ChannelFeed> feeds) => points;
    }
}
