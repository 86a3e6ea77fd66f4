using SseFabric.TestKit.Http;
using SseFabric.TestKit.Waiting;

namespace SseFabric.EndToEnd.Profiles;

/// <summary>Streams as cyclone-sse serves them, byte for byte, with its faults mended.</summary>
[Trait("Suite", "EndToEnd")]
public sealed class CycloneStreamTests(CycloneFixture fixture) : IClassFixture<CycloneFixture>
{
    private const string Id = "id: [0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}\n";

    [Fact]
    [Trait("Parity", "113")]
    public async Task Get_Stream_HeadAndFirstBytes()
    {
        await using var stream = await fixture.StreamAsync([FrontendFixture.Unique()]);

        Assert.Equal("HTTP/1.1 200 OK", stream.StatusLine);
        Assert.Equal(
            ("text/event-stream", "no-cache", "keep-alive", "*", null),
            (stream.Header("Content-Type"), stream.Header("Cache-Control"), stream.Header("Connection"), stream.Header("Access-Control-Allow-Origin"), stream.Header("X-Accel-Buffering")));
        Assert.Equal("\n\n", stream.Body);
    }

    [Fact]
    [Trait("Parity", "22")]
    public async Task Publish_TwoSubscribers_TheSameBytesAndId()
    {
        var (channel, other) = (FrontendFixture.Unique(), FrontendFixture.Unique());
        await using var first = await fixture.StreamAsync([channel]);
        await using var second = await fixture.StreamAsync([other, channel]);
        await fixture.PublishAsync(channel, "hi", "again");

        var body = await CycloneFixture.SeeAsync(first, "again");
        Assert.Matches($"\\A\n\n{Id}data: hi\n\n{Id}data: again\n\n\\z", body);
        Assert.Equal(body, await CycloneFixture.SeeAsync(second, "again"));
        Assert.Equal(2, CycloneFixture.IdsIn(body).Distinct().Count());
    }

    /// <summary>The head says keep-alive, as the original's does; but the connection ends with the stream, and an answer would never be seen.</summary>
    [Fact]
    public async Task Request_BehindAStream_IsNotExecuted()
    {
        var channel = FrontendFixture.Unique();
        await using var stream = await RawHttpConnection.ConnectAsync(fixture.Fabric.Address);
        await stream.SendAsync(
            $"GET {CycloneFixture.Target(channel)} HTTP/1.1\r\nHost: localhost\r\n\r\n"
            + $"POST /channels/{channel}/events HTTP/1.1\r\nHost: localhost\r\nContent-Length: 6\r\n\r\nbehind");
        await stream.ReadHeadAsync();

        await fixture.PublishAsync(channel, [.. Enumerable.Range(0, 100).Select(number => $"{number}")]);

        Assert.Equal("keep-alive", stream.Header("Connection"));
        Assert.DoesNotContain("behind", await CycloneFixture.SeeAsync(stream, "99"), StringComparison.Ordinal);
    }

    [Theory]
    [Trait("Parity", "23")]
    [InlineData("a\nb")]
    [InlineData("a\r\nb")]
    [InlineData("a\rb")]
    public async Task Publish_Lines_EachIsADataField(string payload)
    {
        var channel = FrontendFixture.Unique();
        await using var stream = await fixture.StreamAsync([channel]);
        await fixture.PublishAsync(channel, payload);

        Assert.Matches($"\\A\n\n{Id}data: a\ndata: b\n\n\\z", await CycloneFixture.SeeAsync(stream, "b"));
    }

    [Fact]
    [Trait("Parity", "114")]
    [Trait("Parity", "116")]
    [Trait("Parity", "119")]
    public async Task Get_RepeatedTrimmedAndUnknownArguments_EachChannelOnce()
    {
        var (a, b) = (FrontendFixture.Unique("a"), FrontendFixture.Unique("b"));
        await using var stream = await fixture.StreamAsync([a, $"%20{b}+", a, "&uuid=7&_=1&channel=other&polling"]);
        await fixture.PublishAsync("other", "not asked for");
        await fixture.PublishAsync(a, "1");
        await fixture.PublishAsync(b, "2");

        Assert.Equal(["1", "2"], CycloneFixture.DataIn(await CycloneFixture.SeeAsync(stream, "2")));
    }

    [Theory]
    [Trait("Parity", "115")]
    [InlineData("/")]
    [InlineData("/?channels=")]
    [InlineData("/?channel=base")]
    public async Task Get_NoChannel_BadRequest(string target)
    {
        await using var connection = await RawHttpConnection.ConnectAsync(fixture.Fabric.Address);
        await connection.GetAsync(target);

        Assert.Equal((400, "*"), (connection.Status, connection.Header("Access-Control-Allow-Origin")));
    }

    [Theory]
    [InlineData("/events?channel=a")]
    [InlineData("/x?channels=a")]
    public async Task Get_PathOfAnotherProfile_NotFound(string target)
    {
        await using var connection = await RawHttpConnection.ConnectAsync(fixture.Fabric.Address);
        await connection.GetAsync(target);

        Assert.Equal(404, connection.Status);
    }

    [Fact]
    [Trait("Parity", "121")]
    public async Task Preflight_LastEventIdAndRequestedWith_Allowed()
    {
        await using var connection = await RawHttpConnection.ConnectAsync(fixture.Fabric.Address);
        await connection.SendAsync(
            "OPTIONS /?channels=a HTTP/1.1\r\nHost: localhost\r\nOrigin: https://example.org\r\nAccess-Control-Request-Method: GET\r\nAccess-Control-Request-Headers: last-event-id,x-requested-with\r\n\r\n");
        await connection.ReadHeadAsync();

        Assert.Equal((204, "*"), (connection.Status, connection.Header("Access-Control-Allow-Origin")));
        Assert.Contains("Last-Event-ID, X-Requested-With", connection.Header("Access-Control-Allow-Headers"), StringComparison.Ordinal);
        Assert.Contains("GET", connection.Header("Access-Control-Allow-Methods"), StringComparison.Ordinal);
    }

    /// <summary>An event some 5 s after the join moves the ping on; a poll without one ends with it.</summary>
    [Fact]
    [Trait("Parity", "117")]
    [Trait("Parity", "123")]
    public async Task Silence_HalfAMinute_PingAndThePollIsClosed()
    {
        const string Ping = ": sse ping\n\n";
        var (quiet, used) = (FrontendFixture.Unique(), FrontendFixture.Unique());
        var begin = TimeProvider.System.GetTimestamp();
        await using var idle = await fixture.StreamAsync([quiet]);
        await using var late = await fixture.StreamAsync([used]);
        var poll = fixture.PollAsync([quiet]);
        await Eventually.SeeAsync("5 s of silence", () => TimeProvider.System.GetElapsedTime(begin).TotalSeconds, seconds => seconds >= 5);
        var published = TimeProvider.System.GetTimestamp();
        await fixture.PublishAsync(used, "x");

        await idle.ReadBodyUntilAsync("the ping", body => body.EndsWith(Ping, StringComparison.Ordinal), TimeSpan.FromSeconds(45));
        Assert.InRange(TimeProvider.System.GetElapsedTime(begin).TotalSeconds, 29, 40);
        Assert.Equal("\n\n" + Ping, idle.Body);
        Assert.Equal("\n\n" + Ping, await poll);
        var body = await late.ReadBodyUntilAsync("the ping", body => body.EndsWith(Ping, StringComparison.Ordinal), TimeSpan.FromSeconds(45));
        Assert.InRange(TimeProvider.System.GetElapsedTime(published).TotalSeconds, 29, 40);
        Assert.Matches($"\\A\n\n{Id}data: x\n\n{Ping}\\z", body);
    }

    [Fact]
    [Trait("Parity", "138")]
    public async Task Stats_OpenStreams_AChannelAndItsCountEach()
    {
        var (a, b) = (FrontendFixture.Unique("a"), FrontendFixture.Unique("b"));
        await using var one = await fixture.StreamAsync([a, b]);
        await using var two = await fixture.StreamAsync([b]);
        using var http = new HttpPublisher(fixture.Fabric.Address);

        var answer = await Eventually.SeeAsync(
            "the counts",
            () => http.SendAsync(HttpMethod.Get, "/stats", null, null),
            answer => answer.Json.EnumerateArray().ToDictionary(row => row[0].GetString()!, row => row[1].GetInt32()) is var counts
                && counts.GetValueOrDefault(a) == 1 && counts.GetValueOrDefault(b) == 2);
        Assert.StartsWith("application/json", answer.Header("Content-Type"), StringComparison.Ordinal);
    }
}
