using System.Net;
using System.Text.RegularExpressions;
using SseFabric.TestKit.Faults;
using SseFabric.TestKit.Http;
using SseFabric.TestKit.Processes;
using SseFabric.TestKit.Redis;
using SseFabric.TestKit.Waiting;

namespace SseFabric.EndToEnd.Stream;

/// <summary>Polls: the stream's URL with <c>polling</c>, as ordinary responses.</summary>
[Trait("Suite", "EndToEnd")]
public sealed partial class LongPollingTests(FrontendFixture fixture) : IClassFixture<FrontendFixture>
{
    private const double WindowSeconds = 1;

    // Two ticks of the wheel, and much room for a busy machine; FanOutPollTests knows the tick.
    private const double LateSeconds = 8;

    [Theory]
    [InlineData("/events?channel=CHANNEL&polling")]
    [InlineData("/events?polling=&channel=CHANNEL")]
    [InlineData("/events/CHANNEL?polling=1")]
    [InlineData("/events/CHANNEL?polling=false")]
    public async Task Poll_FirstEvent_EndsAWindowLater(string target)
    {
        var channel = FrontendFixture.Unique();
        await using var connection = await RawHttpConnection.ConnectAsync(fixture.Fabric.Address);
        await connection.GetAsync(target.Replace("CHANNEL", channel, StringComparison.Ordinal));
        await connection.ReadBodyUntilAsync("the first block", text => text.Contains("\n\n", StringComparison.Ordinal));
        var published = TimeProvider.System.GetTimestamp();
        await fixture.PublishAsync(channel, "one");
        await connection.ReadBodyUntilAsync("the event", text => text.Contains("data: one\n\n", StringComparison.Ordinal));
        var received = TimeProvider.System.GetTimestamp();
        var body = await connection.ReadToEndAsync();

        AssertWindow(published, received);
        Assert.Matches(@"\Aid: [^\n]+\nretry: 3000\n\nid: [^\n]+\ndata: one\n\n\z", body);
    }

    [Fact]
    public async Task Poll_EventsGoOn_EndsAWindowAfterTheFirstAndTheNextGetsTheRest()
    {
        var channel = FrontendFixture.Unique("long");
        await using var client = await SseClient.JoinAsync(Poll(fixture.Fabric.Address, channel));
        var published = TimeProvider.System.GetTimestamp();
        await fixture.PublishAsync(channel, "1");
        var first = new List<SseEvent> { await client.NextAsync() };
        var received = TimeProvider.System.GetTimestamp();
        var count = 1;
        while (!client.Ended.IsCompleted)
        {
            Assert.True(Seconds(received) < WindowSeconds + (2 * LateSeconds), "The response goes on as long as events do.");
            await fixture.PublishAsync(channel, $"{++count}");
        }

        AssertWindow(published, received);
        Assert.Null(client.BrokenBy);
        first.AddRange(Taken(client));
        Assert.True(first.Count > 1, "Only one event was delivered.");
        await fixture.PublishAsync(channel, $"{++count}");
        await using var next = await SseClient.JoinAsync(Poll(fixture.Fabric.Address, channel), new SseRequest { LastEventId = first[^1].Id });
        await next.Ended.Within("the end of the next poll");
        Assert.Equal(Enumerable.Range(1, count).Select(i => $"{i}"), first.Concat(Taken(next)).Select(received => received.Text));
    }

    [Fact]
    public async Task Poll_ConnectionKept_EachPollGetsWhatCameInBetween()
    {
        var channel = FrontendFixture.Unique("long");
        await using var connection = await RawHttpConnection.ConnectAsync(fixture.Fabric.Address);
        await connection.GetAsync($"/events?channel={channel}&polling");
        await fixture.PublishAsync(channel, "0");
        var got = Data(await connection.ReadToEndAsync());
        for (var poll = 0; poll < 2; poll++)
        {
            var id = Ids(connection.Body)[^1];
            await fixture.PublishAsync(channel, $"{(2 * poll) + 1}", $"{(2 * poll) + 2}");
            var begin = TimeProvider.System.GetTimestamp();
            await (poll == 0
                ? connection.GetAsync($"/events?channel={channel}&polling", $"Last-Event-ID: {id}")
                : connection.GetAsync($"/events?channel={channel}&polling&lastEventId={id}"));
            var joined = TimeProvider.System.GetTimestamp();
            got.AddRange(Data(await connection.ReadToEndAsync()));
            AssertWindow(begin, joined);
        }

        Assert.Equal(["0", "1", "2", "3", "4"], got);
    }

    [Fact]
    public async Task Poll_WithoutAnEvent_HasAnIdToGoOnFrom()
    {
        await using var fabric = await SseFabricProcess.StartAsync("--Fabric:Stream:Polling:MaxWait=00:00:00.3", "--Fabric:Stream:Polling:Window=00:00:00");
        await using var publisher = await RedisClient.ConnectAsync(fabric.Door);
        await using var connection = await RawHttpConnection.ConnectAsync(fabric.Address);
        var begin = TimeProvider.System.GetTimestamp();
        await connection.GetAsync("/events?channel=a&polling");
        var joined = TimeProvider.System.GetTimestamp();
        var empty = await connection.ReadToEndAsync();
        var (longest, shortest) = (Seconds(begin), Seconds(joined));
        await publisher.PublishAsync("a", "one");
        await publisher.PublishAsync("a", "two");
        await connection.GetAsync($"/events?channel=a&polling&lastEventId={Ids(empty)[0]}");

        Assert.True(longest >= 0.3 && shortest <= 0.3 + LateSeconds, $"The response ended {longest:0.000} s after the request, {shortest:0.000} s after its head.");
        Assert.Matches(@"\Aid: [^\n]+\nretry: 3000\n\n:\n\n\z", empty);
        Assert.Equal(["one", "two"], Data(await connection.ReadToEndAsync()));
    }

    [Fact]
    public async Task Poll_ForeignId_IsToldAndEndsAWindowLater()
    {
        var begin = TimeProvider.System.GetTimestamp();
        await using var client = await SseClient.JoinAsync(
            Poll(fixture.Fabric.Address, FrontendFixture.Unique()), new SseRequest { LastEventId = "nobody's" });
        var joined = TimeProvider.System.GetTimestamp();
        await client.Ended.Within("the end of the poll");

        AssertWindow(begin, joined);
        Assert.Equal("missedevents", Assert.Single(Taken(client)).Type);
    }

    [Fact]
    public async Task Poll_Silence_BringsHeartbeatsAndGoesOn()
    {
        await using var fabric = await SseFabricProcess.StartAsync("--Fabric:Stream:Heartbeat=00:00:00.5");
        await using var client = await SseClient.JoinAsync(Poll(fabric.Address, "a"));
        await Eventually.SeeAsync("four comments", () => client.Comments.Count, count => count >= 4, show: _ => client.Raw);

        Assert.False(client.Ended.IsCompleted);
    }

    [Fact]
    public async Task Poll_Head_IsThatOfAStreamAndComplete()
    {
        var channel = FrontendFixture.Unique();
        await using var stream = await RawHttpConnection.ConnectAsync(fixture.Fabric.Address);
        await using var poll = await RawHttpConnection.ConnectAsync(fixture.Fabric.Address);
        await stream.GetAsync($"/events?channel={channel}");
        await stream.ReadBodyUntilAsync("the first block", text => text.Contains("\n\n", StringComparison.Ordinal));
        await fixture.PublishAsync(channel, "one");

        // It has its event at once, and the head comes before it all the same.
        await poll.GetAsync($"/events?channel={channel}&polling", $"Last-Event-ID: {Ids(stream.Body)[0]}");

        foreach (var name in (string[])["Content-Type", "Cache-Control", "X-Accel-Buffering", "Transfer-Encoding"])
        {
            Assert.Equal(stream.Header(name), poll.Header(name));
        }

        Assert.Equal("HTTP/1.1 200 OK", poll.StatusLine);
        Assert.Equal(["one"], Data(await poll.ReadToEndAsync()));
    }

    [Fact]
    public async Task Poll_Head_AnswersTheHeadAtOnce()
    {
        await using var client = await SseClient.OpenAsync(
            Poll(fixture.Fabric.Address, FrontendFixture.Unique()), new SseRequest { Method = HttpMethod.Head });
        await client.Ended.Within("the end of the answer to HEAD");

        Assert.Equal("text/event-stream", client.Header("Content-Type"));
        Assert.Equal("", client.Raw);
    }

    [Fact]
    public async Task Poll_AtALimit_IsAnsweredAsAStreamAndFreesItsPlace()
    {
        await using var fabric = await SseFabricProcess.StartAsync("--Fabric:Stream:MaxSubscribers=1");
        await using var publisher = await RedisClient.ConnectAsync(fabric.Door);
        await using var first = await SseClient.JoinAsync(Poll(fabric.Address, "a"));
        await using (var eventSource = await SseClient.OpenAsync(Poll(fabric.Address, "a")))
        {
            Assert.Equal((HttpStatusCode.OK, "limit"), (eventSource.Status, eventSource.Header("X-SSE-Busy")));
        }

        await using (var other = await SseClient.OpenAsync(Poll(fabric.Address, "a"), new SseRequest { Accept = "*/*" }))
        {
            Assert.Equal((HttpStatusCode.ServiceUnavailable, "limit"), (other.Status, other.Header("X-SSE-Busy")));
            Assert.NotNull(other.Header("Retry-After"));
        }

        await publisher.PublishAsync("a", "x");
        await first.Ended.Within("the end of the first poll");
        await Eventually.SeeAsync<string?>("a place", () => BusyAsync(fabric), busy => busy is null);
    }

    [Fact]
    public async Task Poll_Http10_EndsWithTheConnection()
    {
        var channel = FrontendFixture.Unique();
        await using var connection = await RawHttpConnection.ConnectAsync(fixture.Fabric.Address);
        await connection.SendAsync($"GET /events?channel={channel}&polling HTTP/1.0\r\n\r\n");
        await connection.ReadHeadAsync();
        await connection.ReadBodyUntilAsync("the first block", text => text.Contains("\n\n", StringComparison.Ordinal));
        await fixture.PublishAsync(channel, "one");

        Assert.Equal(["one"], Data(await connection.ReadToEndAsync()));
        Assert.Null(connection.Header("Transfer-Encoding"));
    }

    [Fact]
    public async Task Poll_Http2_EndsInOrderAndTheConnectionGoesOn()
    {
        var port = FreePort.Next();
        await using var fabric = await SseFabricProcess.StartAsync($"--Fabric:H2c:Listen=127.0.0.1:{port}", "--Fabric:Stream:Polling:Window=00:00:00");
        await using var publisher = await RedisClient.ConnectAsync(fabric.Door);
        using var shared = SseClient.NewInvoker();
        var address = new Uri($"http://127.0.0.1:{port}");
        await using var stream = await SseClient.JoinAsync(new Uri(address, "/events?channel=a"), new SseRequest { Version = HttpVersion.Version20 }, shared);
        string? id = null;
        for (var i = 0; i < 20; i++)
        {
            await using var poll = await SseClient.JoinAsync(Poll(address, "a"), new SseRequest { Version = HttpVersion.Version20, LastEventId = id }, shared);
            await publisher.PublishAsync("a", $"{i}");
            await poll.Ended.Within("the end of the poll", () => poll.Raw);
            Assert.Null(poll.BrokenBy);
            var got = Assert.Single(Taken(poll));
            Assert.Equal($"{i}", got.Text);
            id = got.Id;
        }

        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"{i}"), (await stream.TakeAsync(20)).Select(received => received.Text));
        Assert.Single(TcpTable.PeersOf(port).Distinct());
    }

    private static async Task<string?> BusyAsync(SseFabricProcess fabric)
    {
        await using var client = await SseClient.OpenAsync(Poll(fabric.Address, "a"));
        return client.Header("X-SSE-Busy");
    }

    private static Uri Poll(Uri server, string channel) => new(server, $"/events?channel={channel}&polling");

    private static double Seconds(long since) => TimeProvider.System.GetElapsedTime(since).TotalSeconds;

    /// <summary>The response has just ended: a window after its first event, which was handed out between these two moments.</summary>
    private static void AssertWindow(long published, long received)
    {
        var (longest, shortest) = (Seconds(published), Seconds(received));
        TestContext.Current.TestOutputHelper?.WriteLine($"between {shortest:0.000} and {longest:0.000} s");
        Assert.True(
            longest >= WindowSeconds && shortest <= WindowSeconds + LateSeconds,
            $"The response ended {longest:0.000} s after its first event was published, {shortest:0.000} s after that arrived.");
    }

    private static List<SseEvent> Taken(SseClient client)
    {
        var events = new List<SseEvent>();
        while (client.TryNext(out var next))
        {
            events.Add(next!);
        }

        return events;
    }

    private static List<string> Data(string body) => [.. DataLine().Matches(body).Select(match => match.Groups[1].Value)];

    private static List<string> Ids(string body) => [.. IdLine().Matches(body).Select(match => match.Groups[1].Value)];

    [GeneratedRegex("^data: (.*)$", RegexOptions.Multiline)]
    private static partial Regex DataLine();

    [GeneratedRegex("^id: (.*)$", RegexOptions.Multiline)]
    private static partial Regex IdLine();
}
