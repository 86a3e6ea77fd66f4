using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using SseFabric.TestKit.Http;
using SseFabric.TestKit.Redis;

namespace SseFabric.EndToEnd.Redisse;

/// <summary>The stream endpoint of profile redisse, to the byte.</summary>
[Trait("Suite", "EndToEnd")]
[Trait("Needs", "redis-server")]
public sealed class RedisseProfileTests(RedisseProfileFixture fixture) : IClassFixture<RedisseProfileFixture>
{
    private const string NotAcceptable = "406 Not Acceptable\nThis resource can only be represented as text/event-stream.\n";
    private const string Stream = "Accept: text/event-stream";

    /// <summary>So many seconds a busy machine may be late.</summary>
    private const double Late = 10;

    [Theory]
    [Trait("Parity", "62")]
    [Trait("Parity", "63")]
    [InlineData("/?global")]
    [InlineData("/?global", "Accept: */*")]
    [InlineData("/?global", "Accept: text/*")]
    [InlineData("/", "Accept: text/html")]
    public async Task Get_EventStreamNotNamed_Is406(string target, params string[] headers)
    {
        await using var answer = await fixture.GetAsync(target, headers);
        Assert.Equal((406, "text/plain", NotAcceptable), (answer.Status, answer.Header("content-type"), await answer.ReadToEndAsync()));
    }

    [Theory]
    [Trait("Parity", "64")]
    [InlineData("/")]
    [InlineData("/?")]
    [InlineData("/?polling")]
    [InlineData("/any/path?lastEventId=5&polling")]
    public async Task Get_NoChannel_Is404(string target)
    {
        await using var answer = await fixture.GetAsync(target, Stream);
        Assert.Equal((404, "text/plain", "404 Not Found\n"), (answer.Status, answer.Header("content-type"), await answer.ReadToEndAsync()));
    }

    [Theory]
    [Trait("Parity", "65")]
    [Trait("Parity", "69")]
    [InlineData("/?{0}")]
    [InlineData("/events?{0}")]
    [InlineData("/a/b/c?{0}")]
    public async Task Get_AnyPath_Streams(string target)
    {
        await using var answer = await fixture.GetAsync(string.Format(CultureInfo.InvariantCulture, target, RedisseProfileFixture.Unique()), Stream);
        Assert.Equal(
            (200, "text/event-stream", "no-cache", "no"),
            (answer.Status, answer.Header("content-type"), answer.Header("cache-control"), answer.Header("x-accel-buffering")));
    }

    [Fact]
    [Trait("Parity", "69")]
    public async Task Head_AnswersTheHeadOnly()
    {
        await using var connection = await RawHttpConnection.ConnectAsync(fixture.Fabric.Address);
        await connection.SendAsync($"HEAD /?{RedisseProfileFixture.Unique()} HTTP/1.1\r\nHost: x\r\n{Stream}\r\nConnection: close\r\n\r\n");
        await connection.ReadHeadAsync();
        Assert.Equal((200, "text/event-stream"), (connection.Status, connection.Header("content-type")));
        await connection.WaitForCloseAsync();
        Assert.Equal("", connection.Body);
    }

    [Fact]
    [Trait("Parity", "66")]
    [Trait("Parity", "67")]
    [Trait("Parity", "102")]
    public async Task Publish_ByRedisse_ReachesWhoAskedForTheChannelUnchanged()
    {
        var (global, one, two) = (RedisseProfileFixture.Unique(), RedisseProfileFixture.Unique(), RedisseProfileFixture.Unique());
        await fixture.Client.ExecuteAsync("DEL", RedissePublisher.Counter);
        await using var first = await fixture.OpenAsync($"/?{global}&{one}");
        await using var second = await fixture.OpenAsync($"/?{global}&{two}");

        var foo = await fixture.Publisher.PublishAsync(global, "foo");
        var bar = await fixture.Publisher.PublishAsync(one, "bar\nbar", "typed");
        var baz = await fixture.Publisher.PublishAsync(two, "é€😀");

        Assert.Equal(foo + bar, await RedisseProfileFixture.SeeAsync(first, foo + bar));
        Assert.Equal(foo + baz, await RedisseProfileFixture.SeeAsync(second, foo + baz));
    }

    /// <summary>What others than redisse's own publisher may write: fields in any order, comments, CRLF.</summary>
    [Theory]
    [Trait("Parity", "102")]
    [InlineData("data: x\nid: 7\nretry: 5\n\n")]
    [InlineData(": comment\r\nid:8\r\ndata\r\n\r\n")]
    [InlineData("unknown: field\ndata:no space\n\n")]
    public async Task Publish_AnyFrame_IsServedUnchanged(string frame)
    {
        var channel = RedisseProfileFixture.Unique();
        await fixture.Client.ExecuteAsync("DEL", RedissePublisher.Counter);
        await using var stream = await fixture.OpenAsync($"/?{channel}");

        await fixture.Client.PublishAsync(channel, frame);

        Assert.Equal(frame, await RedisseProfileFixture.SeeAsync(stream, frame));
    }

    [Theory]
    [Trait("Parity", "68")]
    [InlineData("a%20b", "a b")]
    [InlineData("a+b", "a b")]
    [InlineData("%C3%A9%26%3D%2B", "é&=+")]
    public async Task Get_EncodedKey_IsTheChannel(string key, string channel)
    {
        var unique = RedisseProfileFixture.Unique();
        await using var stream = await fixture.OpenAsync($"/?{unique}{key}");
        await fixture.Publisher.PublishAsync(unique + channel, "x");
        Assert.Equal("x", (await NextAsync(stream)).Text);
    }

    [Fact]
    [Trait("Parity", "85")]
    public async Task Get_WithoutLastId_BeginsWithTheCounter()
    {
        await fixture.SetCounterAsync(42);
        await using var stream = await fixture.OpenAsync($"/?{RedisseProfileFixture.Unique()}");
        const string told = "id: 42\nevent: lastEventId\ndata: \n\n";
        Assert.Equal(told, await RedisseProfileFixture.SeeAsync(stream, told));
    }

    [Fact]
    [Trait("Parity", "86")]
    public async Task Get_WithoutLastIdAndCounter_BeginsWithNothing()
    {
        var channel = RedisseProfileFixture.Unique();
        await fixture.Client.ExecuteAsync("DEL", RedissePublisher.Counter);
        await using var stream = await fixture.OpenAsync($"/?{channel}");
        var frame = await fixture.Publisher.PublishAsync(channel, "x");
        Assert.Equal(frame, await RedisseProfileFixture.SeeAsync(stream, frame));
    }

    [Theory]
    [Trait("Parity", "87")]
    [Trait("Parity", "88")]
    [InlineData("5", null)]
    [InlineData(null, "5")]
    [InlineData("5", "3")]
    public async Task Resume_FromAnIdInTheHistory_GetsWhatFollowsAndThenLive(string? header, string? query)
    {
        var channel = RedisseProfileFixture.Unique();
        var frames = await RecordAsync(channel, 3, 9);

        await using var stream = await fixture.OpenAsync($"/?{channel}{(query is null ? "" : $"&lastEventId={query}")}", header);
        frames += await fixture.Publisher.PublishAsync(channel, "live");

        var expected = frames[frames.IndexOf("id: 6\n", StringComparison.Ordinal)..];
        Assert.Equal(expected, await RedisseProfileFixture.SeeAsync(stream, expected));
    }

    [Theory]
    [Trait("Parity", "89")]
    [Trait("Parity", "90")]
    [InlineData("9")]
    [InlineData("999")]
    public async Task Resume_NothingNewer_IsToldTheCounterOnce(string lastEventId)
    {
        var channel = RedisseProfileFixture.Unique();
        await RecordAsync(channel, 3, 9);
        await fixture.SetCounterAsync(42);

        await using var stream = await fixture.OpenAsync($"/?{channel}", lastEventId);
        var live = await fixture.Publisher.PublishAsync(channel, "live");

        var expected = $"id: 42\nevent: lastEventId\ndata: \n\n{live}";
        Assert.Equal(expected, await RedisseProfileFixture.SeeAsync(stream, expected));
    }

    [Theory]
    [Trait("Parity", "91")]
    [Trait("Parity", "92")]
    [Trait("Parity", "94")]
    [InlineData(6, 105, true)]
    [InlineData(20, 119, true)]
    [InlineData(20, 118, false)]
    [InlineData(5, 104, false)]
    public async Task Resume_FullHistoryWithoutTheId_IsToldAndGetsAllOfIt(int first, int last, bool isTold)
    {
        var channel = RedisseProfileFixture.Unique();
        var frames = await RecordAsync(channel, first, last);

        await using var stream = await fixture.OpenAsync($"/?{channel}", "5");

        var retained = first == 5 ? frames[frames.IndexOf("id: 6\n", StringComparison.Ordinal)..] : frames;
        var expected = (isTold ? "event: missedevents\ndata: \n\n" : "") + retained;
        Assert.Equal(expected, await RedisseProfileFixture.SeeAsync(stream, expected));
    }

    [Fact]
    [Trait("Parity", "93")]
    public async Task Resume_TwoChannels_TheirHistoriesAreMergedById()
    {
        var (global, one) = (RedisseProfileFixture.Unique(), RedisseProfileFixture.Unique());
        await fixture.SetCounterAsync(0);
        for (var i = 0; i < 100; i++)
        {
            await fixture.Publisher.PublishAsync(i % 3 == 0 ? one : global, "x");
            await fixture.Publisher.PublishAsync(i % 3 == 0 ? global : one, "x");
        }

        await using var stream = await fixture.OpenAsync($"/?{one}&{global}", "1");

        var ids = (await stream.TakeAsync(200)).Select(received => received.Id).ToArray();
        Assert.Equal(Enumerable.Range(2, 199).Select(id => $"{id}"), ids.Skip(1));
    }

    [Theory]
    [Trait("Parity", "95")]
    [InlineData("-1")]
    [InlineData("not-an-id")]
    public async Task Resume_IdThatIsNone_IsToldAndGetsAllThatIsThere(string lastEventId)
    {
        var channel = RedisseProfileFixture.Unique();
        var frames = await RecordAsync(channel, 3, 9);
        await using var stream = await fixture.OpenAsync($"/?{channel}&lastEventId={lastEventId}");
        var expected = $"event: missedevents\ndata: \n\n{frames}";
        Assert.Equal(expected, await RedisseProfileFixture.SeeAsync(stream, expected));
    }

    [Fact]
    [Trait("Parity", "96")]
    [Trait("Parity", "97")]
    public async Task Reconnect_WithTheLastIdSeen_GetsWhatCameBetween()
    {
        var channel = RedisseProfileFixture.Unique();
        await fixture.SetCounterAsync(42);
        string id;
        await using (var stream = await fixture.OpenAsync($"/?{channel}"))
        {
            id = (await stream.NextAsync()).Id;
        }

        for (var i = 0; i < 2; i++)
        {
            var between = await fixture.Publisher.PublishAsync(channel, "between");
            var clock = Stopwatch.StartNew();
            await using var again = await fixture.OpenAsync($"/?{channel}", id);
            Assert.Equal(between, await RedisseProfileFixture.SeeAsync(again, between));
            Assert.InRange(clock.Elapsed.TotalSeconds, 0, Late);
            id = (await again.NextAsync()).Id;
        }
    }

    [Fact]
    [Trait("Parity", "70")]
    [Trait("Parity", "80")]
    public async Task Heartbeat_Every15SecondsIdleOrNot_PollsToo()
    {
        var (idle, busy) = (RedisseProfileFixture.Unique(), RedisseProfileFixture.Unique());
        await fixture.Client.ExecuteAsync("DEL", RedissePublisher.Counter);
        var clock = Stopwatch.StartNew();
        await using var stream = await fixture.OpenAsync($"/?{idle}");
        await using var poll = await fixture.OpenAsync($"/?{idle}&polling");
        await using var events = await fixture.OpenAsync($"/?{busy}");
        await using var client = await fixture.Redis.ConnectAsync();
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        while (!events.Raw.Contains(": hb\n", StringComparison.Ordinal) && clock.Elapsed.TotalSeconds < 15 + Late)
        {
            await client.PublishAsync(busy, "data: x\n\n");
            await pace.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }

        Assert.InRange(clock.Elapsed.TotalSeconds, 14, 15 + Late);
        Assert.Equal(": hb\n", await RedisseProfileFixture.SeeAsync(stream, ": hb\n"));
        Assert.Equal(": hb\n", await RedisseProfileFixture.SeeAsync(poll, ": hb\n"));
        Assert.False(poll.Ended.IsCompleted);
    }

    [Fact]
    [Trait("Parity", "81")]
    [Trait("Parity", "82")]
    public async Task Poll_TwoEvents_EndsASecondAfterTheFirst()
    {
        var channel = RedisseProfileFixture.Unique();
        await fixture.SetCounterAsync(42);
        await using var poll = await fixture.OpenAsync($"/?{channel}&polling");
        await using var witness = await fixture.OpenAsync($"/?{channel}");
        Assert.Equal("lastEventId", (await poll.NextAsync()).Type);

        // In one write: however long anybody is held up, the second is there within the second.
        var clock = Stopwatch.StartNew();
        await fixture.Client.PublishAllAsync([(channel, "id: 43\ndata: one\n\n"u8.ToArray()), (channel, "id: 44\ndata: two\n\n"u8.ToArray())]);
        Assert.Equal(["one", "two"], (await poll.TakeAsync(2)).Select(received => received.Text));
        await poll.Ended;

        Assert.InRange(clock.Elapsed.TotalSeconds, 0.8, 1 + Late);
        Assert.Null(poll.BrokenBy);
    }

    [Fact]
    [Trait("Parity", "83")]
    public async Task Poll_WithHistory_IsGivenItAndEndsASecondLater()
    {
        var channel = RedisseProfileFixture.Unique();
        var frames = await RecordAsync(channel, 3, 4);
        var clock = Stopwatch.StartNew();
        await using var poll = await fixture.OpenAsync($"/?{channel}&polling&lastEventId=2");
        await poll.Ended;
        Assert.Equal(frames, poll.Raw);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0.8, 1 + Late);
    }

    [Theory]
    [Trait("Parity", "74")]
    [Trait("Parity", "75")]
    [InlineData("Accept: application/json")]
    [InlineData("Accept: text/event-stream, application/json")]
    public async Task Stats_OnJson_HaveExactlyFourKeys(string accept)
    {
        await using var answer = await fixture.GetAsync("/?whatever", accept);
        Assert.Equal((200, "application/json"), (answer.Status, answer.Header("content-type")));
        var json = JsonDocument.Parse(await answer.ReadToEndAsync()).RootElement;
        Assert.Equal(["connected", "served", "events", "missing"], json.EnumerateObject().Select(member => member.Name));
        Assert.All(json.EnumerateObject(), member => Assert.True(member.Value.TryGetInt64(out _)));
    }

    [Fact]
    [Trait("Parity", "104")]
    public async Task Publish_EightAtOnceOverHttp_IdsAscendAtSubscribers()
    {
        var channel = RedisseProfileFixture.Unique();
        await fixture.SetCounterAsync(0);
        await using var stream = await fixture.OpenAsync($"/?{channel}");
        using var http = new HttpClient();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(async writer =>
        {
            for (var i = 0; i < 25; i++)
            {
                using var content = new StringContent($"{writer} {i}");
                var answer = await http.PostAsync(new Uri(fixture.Fabric.Address, $"/channels/{channel}/events"), content, TestContext.Current.CancellationToken);
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            }
        }));

        var ids = (await stream.TakeAsync(201)).Skip(1).Select(received => long.Parse(received.Id, CultureInfo.InvariantCulture)).ToArray();
        Assert.Equal(ids.Order(), ids);
        Assert.Equal(200, ids.Distinct().Count());
    }

    private static async Task<SseEvent> NextAsync(SseClient stream)
    {
        var next = await stream.NextAsync();
        return next.Type == "lastEventId" ? await stream.NextAsync() : next;
    }

    /// <summary>Publishes events with these ids, and returns their frames.</summary>
    private async Task<string> RecordAsync(string channel, int first, int last)
    {
        await fixture.SetCounterAsync(first - 1);
        var frames = "";
        for (var id = first; id <= last; id++)
        {
            frames += await fixture.Publisher.PublishAsync(channel, $"event {id}");
        }

        return frames;
    }
}
