using System.Text;
using SseFabric.TestKit.Http;
using SseFabric.TestKit.Waiting;

namespace SseFabric.EndToEnd.HandOff;

/// <summary>An application names the channels of a stream in its answer.</summary>
[Trait("Suite", "EndToEnd")]
public sealed class HandOffTests
{
    private const string Empty = "Content-Length: 0\r\n";

    public static TheoryData<string, string> NamedChannels => new()
    {
        { "one", "X-SSE-OFFLOAD: {0}" },
        { "any case", "x-sse-offload: {0}" },
        { "a list", "X-SSE-OFFLOAD: other ,\t{0} , ,another" },
        { "a list in JSON", "X-SSE-OFFLOAD: [\"other\", \"{0}\", \"a, b\"]" },
        { "repeated", "X-SSE-OFFLOAD: other\r\nX-SSE-OFFLOAD: {0}" },
        { "typed", "Content-Type: text/event-stream\r\nX-SSE-Channel: {0}" },
        { "the other type", "Content-Type: event/stream\r\nX-SSE-Channel: {0}" },
        { "a type with parameters", "Content-Type: Text/Event-Stream ; charset=utf-8\r\nX-SSE-Channel: {0}" },
        { "both", "Content-Type: text/event-stream\r\nX-SSE-Channel: {0}\r\nX-SSE-OFFLOAD: other" },
    };

    public static TheoryData<string, string> BadHandOffs => new()
    {
        { "no channel", "X-SSE-OFFLOAD:" },
        { "nothing but commas", "X-SSE-OFFLOAD: , ,," },
        { "a control character", "X-SSE-OFFLOAD: a\tb" },
        { "a control character beside a good name", "X-SSE-OFFLOAD: good, a\tb" },
        { "256 bytes", $"X-SSE-OFFLOAD: {new string('x', 256)}" },
        { "no UTF-8", "X-SSE-OFFLOAD: a\u00ff" },
        { "1001 channels", $"X-SSE-OFFLOAD: {string.Join(',', Enumerable.Range(0, 1001).Select(i => $"c{i}"))}" },
        { "an empty list in JSON", "X-SSE-OFFLOAD: []" },
        { "a bad name in JSON", "X-SSE-OFFLOAD: [\"good\",\"a\\u0000b\"]" },
        { "an empty typed one", "Content-Type: text/event-stream\r\nX-SSE-Channel: " },
    };

    [Theory]
    [MemberData(nameof(NamedChannels))]
    [Trait("Parity", "31")]
    [Trait("Parity", "33")]
    [Trait("Parity", "37")]
    [Trait("Parity", "44")]
    public async Task Answer_NamesChannels_IsAStreamOfThem(string way, string header)
    {
        var channel = FrontendFixture.Unique();
        await using var upstream = ScriptedUpstream.Answering($"HTTP/1.1 200 OK\r\n{Empty}{string.Format(null, header, channel)}\r\n\r\n");
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address);
        await using var subscriber = await SseClient.JoinAsync(fabric.At("/clock"));

        await fabric.SeeSubscribersAsync(channel, 1);
        Assert.Equal(1, await fabric.Publisher.PublishAsync(channel, way));

        Assert.Equal(way, (await subscriber.NextAsync()).Text);
        Assert.Equal("text/event-stream", subscriber.Header("Content-Type"));
        Assert.Equal("no-cache", subscriber.Header("Cache-Control"));
        Assert.Equal("no", subscriber.Header("X-Accel-Buffering"));
    }

    [Fact]
    [Trait("Parity", "31")]
    public async Task Answer_NameInUtf8_IsThatChannel()
    {
        await using var upstream = ScriptedUpstream.Start(exchange => exchange.SendAsync((ReadOnlyMemory<byte>)"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX-SSE-OFFLOAD: café au lait\r\n\r\n"u8.ToArray()));
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address);
        await using var subscriber = await SseClient.JoinAsync(fabric.At("/"));

        await fabric.Publisher.PublishAsync("café au lait", "1");

        Assert.Equal("1", (await subscriber.NextAsync()).Text);
    }

    [Theory]
    [InlineData("""["a, b","café"]""", "a, b", "café")]
    [InlineData("[a", "[a")]
    [InlineData("[a], [1]", "[a]", "[1]")]
    [InlineData("""["a",null]""", "[\"a\"", "null]")]
    [Trait("Parity", "44")]
    public async Task Answer_ListInJson_MayHoldCommasAndWhatOnlyLooksLikeOneIsNames(string value, params string[] channels)
    {
        await using var upstream = ScriptedUpstream.Start(exchange => exchange.SendAsync((ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes($"HTTP/1.1 200 OK\r\n{Empty}X-SSE-OFFLOAD: {value}\r\n\r\n")));
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address);
        await using var subscriber = await SseClient.JoinAsync(fabric.At("/"));

        foreach (var channel in channels)
        {
            await fabric.SeeSubscribersAsync(channel, 1);
            Assert.Equal(1, await fabric.Publisher.PublishAsync(channel, channel));
        }

        Assert.Equal(channels, (await subscriber.TakeAsync(channels.Length)).Select(sent => sent.Text));
    }

    [Theory]
    [InlineData("false", null)]
    [InlineData("true", "a")]
    [Trait("Parity", "32")]
    public async Task HandOffHeader_InTheStream_IsShownAsConfigured(string shown, string? value)
    {
        await using var upstream = ScriptedUpstream.Answering($"HTTP/1.1 200 OK\r\n{Empty}Content-Type: text/event-stream\r\nX-SSE-OFFLOAD: a\r\nX-SSE-Channel: a\r\n\r\n");
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address, $"--Fabric:HandOff:ShowToClient={shown}");
        await using var subscriber = await SseClient.JoinAsync(fabric.At("/"));

        Assert.Equal(value, subscriber.Header("X-SSE-OFFLOAD"));
        Assert.Equal(value, subscriber.Header("X-SSE-Channel"));
    }

    [Fact]
    [Trait("Parity", "34")]
    public async Task Answer_NoOtherHeaders_GetsTheStreamsOwn()
    {
        await using var upstream = ScriptedUpstream.Answering("HTTP/1.0 200\r\nX-SSE-OFFLOAD: a\r\nContent-Length: 0\r\n\r\n");
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address);
        await using var connection = await fabric.ConnectAsync();

        await connection.GetAsync("/");

        Assert.Equal("HTTP/1.1 200 OK", connection.StatusLine);
        Assert.Equal("text/event-stream", connection.Header("Content-Type"));
        Assert.Equal("no-cache", connection.Header("Cache-Control"));
    }

    [Fact]
    [Trait("Parity", "35")]
    [Trait("Parity", "36")]
    public async Task Answer_OwnHeaders_StayExceptThoseThatBreakAStream()
    {
        await using var upstream = ScriptedUpstream.Start(exchange => exchange.SendAsync(
            "HTTP/1.1 201 Created\r\nX-SSE-OFFLOAD: a\r\nFoo: Bar\r\nSet-Cookie: a=1; Path=/\r\nSet-Cookie: b=2; Expires=Wed, 21 Oct 2026 07:28:00 GMT\r\nCache-Control: no-store\r\n"
            + "Access-Control-Allow-Origin: https://example.org\r\nX-Name: caf\u00c3\u00a9\r\n"
            + "Content-Type: application/json\r\nContent-Encoding: gzip\r\nETag: \"1\"\r\nContent-MD5: x\r\nContent-Range: bytes 0-1/2\r\nX-Accel-Buffering: yes\r\n"
            + "Transfer-Encoding: chunked\r\nConnection: X-Hop\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\nTrailer: X-T\r\n\r\n2\r\nhi\r\n0\r\nX-T: 1\r\n\r\n"));
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address);
        await using var connection = await fabric.ConnectAsync();

        await connection.GetAsync("/");
        await connection.ReadBodyUntilAsync("the first block", body => body.EndsWith("\n\n", StringComparison.Ordinal));

        Assert.Equal(200, connection.Status);
        Assert.Equal("Bar", connection.Header("Foo"));
        Assert.Equal("a=1; Path=/, b=2; Expires=Wed, 21 Oct 2026 07:28:00 GMT", connection.Header("Set-Cookie"));
        Assert.Equal("no-store", connection.Header("Cache-Control"));
        Assert.Equal("https://example.org", connection.Header("Access-Control-Allow-Origin"));
        Assert.Equal("café", connection.Header("X-Name"));
        Assert.Equal("text/event-stream", connection.Header("Content-Type"));
        Assert.Equal("no", connection.Header("X-Accel-Buffering"));
        Assert.Equal("chunked", connection.Header("Transfer-Encoding"));
        Assert.All(["Content-Encoding", "Content-Length", "ETag", "Content-MD5", "Content-Range", "X-Hop", "Keep-Alive", "Trailer", "Connection"], name => Assert.Null(connection.Header(name)));
        Assert.StartsWith("id: ", connection.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("401 Unauthorized")]
    [InlineData("403 Forbidden")]
    [InlineData("500 Internal Server Error")]
    [InlineData("302 Found")]
    [Trait("Parity", "38")]
    public async Task Answer_OtherStatusWithHandOffHeader_PassesThroughWithoutIt(string status)
    {
        await using var upstream = ScriptedUpstream.Answering($"HTTP/1.1 {status}\r\nContent-Length: 4\r\nX-SSE-OFFLOAD: a\r\nX-Other: 1\r\n\r\nbody");
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address);
        await using var connection = await fabric.ConnectAsync();

        await connection.GetAsync("/", "Accept: text/event-stream");
        await connection.ReadToEndAsync();

        Assert.Equal($"HTTP/1.1 {status}", connection.StatusLine);
        Assert.Equal("body", connection.Body);
        Assert.Equal("1", connection.Header("X-Other"));
        Assert.Null(connection.Header("X-SSE-OFFLOAD"));
        Assert.Equal(0, await fabric.Publisher.PublishAsync("a", "nobody"));
    }

    [Theory]
    [MemberData(nameof(BadHandOffs))]
    public async Task Answer_BadChannels_Is502AndSubscribesNothing(string fault, string header)
    {
        await using var upstream = ScriptedUpstream.Answering($"HTTP/1.1 200 OK\r\n{Empty}{header}\r\n\r\n");
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address);
        await using var connection = await fabric.ConnectAsync();

        await connection.GetAsync("/", "Accept: text/event-stream");

        Assert.True(connection.Status == 502, $"{fault}: {connection.StatusLine}");
        Assert.Contains("urn:ssefabric:problem:bad-hand-off", await connection.ReadToEndAsync(), StringComparison.Ordinal);
        Assert.Null(connection.Header("X-SSE-OFFLOAD"));
        Assert.Equal(0, await fabric.Publisher.PublishAsync("good", "nobody"));
    }

    [Fact]
    public async Task Answer_MostChannels_AreServed()
    {
        string[] channels = [.. Enumerable.Range(0, 1000).Select(i => $"c{i}")];
        await using var upstream = ScriptedUpstream.Answering($"HTTP/1.1 200 OK\r\n{Empty}X-SSE-OFFLOAD: {string.Join(',', channels)}\r\n\r\n");
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address);
        await using var subscriber = await SseClient.JoinAsync(fabric.At("/"));

        await fabric.Publisher.PublishAsync("c0", "first");
        await fabric.Publisher.PublishAsync("c999", "last");

        Assert.Equal(["first", "last"], (await subscriber.TakeAsync(2)).Select(received => received.Text).Order());
    }

    [Fact]
    [Trait("Parity", "40")]
    public async Task Headers_OfOnesOwn_TakeThePlaceOfTheDefaults()
    {
        await using var upstream = ScriptedUpstream.Start(exchange => exchange.AnswerAsync("own", exchange.RequestLine.Contains("/own", StringComparison.Ordinal) ? "X-Offload-to-SSE: a\r\n" : "X-SSE-OFFLOAD: a\r\n"));
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address, "--Fabric:HandOff:Headers:0=X-Offload-to-SSE");
        await using var subscriber = await SseClient.JoinAsync(fabric.At("/own"));
        await using var connection = await fabric.ConnectAsync();

        await fabric.SeeSubscribersAsync("a", 1);
        await connection.GetAsync("/default");

        Assert.Equal("own", await connection.ReadToEndAsync());
        Assert.Equal("a", connection.Header("X-SSE-OFFLOAD"));
    }

    [Fact]
    [Trait("Parity", "39")]
    [Trait("Parity", "43")]
    public async Task Answer_Body_IsThrownAway()
    {
        await using var upstream = ScriptedUpstream.Start(exchange => exchange.AnswerAsync("data: forged\n\n", "X-SSE-OFFLOAD: a\r\n"));
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address);
        await using var subscriber = await SseClient.JoinAsync(fabric.At("/"));

        await fabric.Publisher.PublishAsync("a", "1");

        Assert.Equal("1", (await subscriber.NextAsync()).Text);
        Assert.DoesNotContain("forged", subscriber.Raw, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Parity", "39")]
    public async Task Answer_BodyAsPrelude_IsSentAheadOfTheEvents()
    {
        await using var upstream = ScriptedUpstream.Start(exchange => exchange.AnswerAsync("data: first\n\n", "X-SSE-OFFLOAD: a\r\n"));
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address, "--Fabric:HandOff:Prelude=true", "--Fabric:Routes:0:Profile=uwsgi");
        await using var connection = await fabric.ConnectAsync();
        await connection.GetAsync("/");
        await connection.ReadBodyUntilAsync("the prelude", body => body.EndsWith("\n\n", StringComparison.Ordinal));

        await fabric.Publisher.PublishAsync("a", "second");

        Assert.Equal("data: first\n\ndata: second\n\n", await connection.ReadBodyUntilAsync("the event", body => body.EndsWith("second\n\n", StringComparison.Ordinal)));
        Assert.Null(connection.Header("Content-Length"));
    }

    [Theory]
    [InlineData("Content-Encoding: gzip\r\n", 10, "Content-Encoding gzip")]
    [InlineData("", (1 << 20) + 1, "at most 1048576 bytes")]
    [Trait("Parity", "39")]
    public async Task Answer_PreludeThatCanNotBe_Is502AndNothingIsSubscribed(string header, int size, string reason)
    {
        await using var upstream = ScriptedUpstream.Start(exchange => exchange.AnswerAsync(new string('x', size), $"X-SSE-OFFLOAD: a\r\n{header}"));
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address, "--Fabric:HandOff:Prelude=true");
        await using var connection = await fabric.ConnectAsync();

        await connection.GetAsync("/");

        Assert.Equal(502, connection.Status);
        Assert.Contains(reason, await connection.ReadToEndAsync(), StringComparison.Ordinal);
        Assert.Equal(0, await fabric.Publisher.PublishAsync("a", "x"));
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task Request_OfAnyMethod_IsHandedOff(string method)
    {
        await using var upstream = ScriptedUpstream.Answering($"HTTP/1.1 200 OK\r\n{Empty}X-SSE-OFFLOAD: a\r\n\r\n");
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address);
        await using var subscriber = await SseClient.JoinAsync(fabric.At("/"), new SseRequest { Method = new HttpMethod(method) });

        await fabric.Publisher.PublishAsync("a", "1");

        Assert.Equal("1", (await subscriber.NextAsync()).Text);
    }

    [Fact]
    public async Task Head_HandedOff_IsTheHeadAlone()
    {
        await using var upstream = ScriptedUpstream.Answering("HTTP/1.1 200 OK\r\nX-SSE-OFFLOAD: a\r\nFoo: Bar\r\n\r\n");
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address);
        await using var connection = await fabric.ConnectAsync();

        await connection.SendAsync("HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        await connection.ReadHeadAsync();
        await connection.WaitForCloseAsync();

        Assert.Equal("text/event-stream", connection.Header("Content-Type"));
        Assert.Equal("Bar", connection.Header("Foo"));
        Assert.Equal("", connection.Body);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Request_LastEventId_Resumes(bool inHeader)
    {
        await using var upstream = ScriptedUpstream.Answering($"HTTP/1.1 200 OK\r\n{Empty}X-SSE-OFFLOAD: a\r\n\r\n");
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address);
        string id;
        await using (var first = await SseClient.JoinAsync(fabric.At("/")))
        {
            await fabric.Publisher.PublishAsync("a", "1");
            id = (await first.NextAsync()).Id!;
        }

        await fabric.Publisher.PublishAsync("a", "2");
        await using var second = inHeader
            ? await SseClient.JoinAsync(fabric.At("/"), new SseRequest { LastEventId = id })
            : await SseClient.JoinAsync(fabric.At($"/?lastEventId={Uri.EscapeDataString(id)}"));

        Assert.Equal("2", (await second.NextAsync()).Text);
    }

    [Fact]
    public async Task Request_Polling_EndsAfterItsEvent()
    {
        await using var upstream = ScriptedUpstream.Answering($"HTTP/1.1 200 OK\r\n{Empty}X-SSE-OFFLOAD: a\r\n\r\n");
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address, "--Fabric:Stream:Polling:Window=00:00:00");
        await using var subscriber = await SseClient.JoinAsync(fabric.At("/?polling"));

        await fabric.Publisher.PublishAsync("a", "1");

        Assert.Equal("1", (await subscriber.NextAsync()).Text);
        await subscriber.Ended.Within("the end of the poll");
        Assert.Null(subscriber.BrokenBy);
    }

    [Fact]
    public async Task Answer_OwnEventStreamWithoutChannels_PassesThrough()
    {
        await using var upstream = ScriptedUpstream.Start(async exchange =>
        {
            await exchange.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: own\n\n");
            await exchange.HangAsync();
        });
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address);
        await using var subscriber = await SseClient.OpenAsync(fabric.At("/"));

        Assert.Equal("own", (await subscriber.NextAsync()).Text);
        Assert.Equal("data: own\n\n", subscriber.Raw);
    }

    [Fact]
    public async Task Answer_TypedHeaderOfAnotherType_PassesThroughUntouched()
    {
        await using var upstream = ScriptedUpstream.Start(exchange => exchange.AnswerAsync("page", "Content-Type: text/html\r\nX-SSE-Channel: a\r\n"));
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address);
        await using var connection = await fabric.ConnectAsync();

        await connection.GetAsync("/");

        Assert.Equal("page", await connection.ReadToEndAsync());
        Assert.Equal("a", connection.Header("X-SSE-Channel"));
    }

    [Fact]
    public async Task Request_HandOffHeadersOfTheClient_DoNotReachTheApplication()
    {
        // An application that echoes what it was sent.
        await using var upstream = ScriptedUpstream.Start(exchange => exchange.AnswerAsync(
            "echo", string.Concat(exchange.Head.Split("\r\n").Skip(1).Where(line => !line.StartsWith("Host", StringComparison.OrdinalIgnoreCase)).Select(line => line + "\r\n"))));
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address);
        await using var connection = await fabric.ConnectAsync();

        await connection.GetAsync("/", "X-SSE-OFFLOAD: secret", "x-sse-channel: secret", "X_SSE_OFFLOAD: secret", "Grip-Hold: stream", "grip-channel: secret", "Grip-Sig: x", "X-Kept: 1");
        await connection.ReadToEndAsync();

        Assert.Equal("echo", connection.Body);
        Assert.Equal("1", connection.Header("X-Kept"));
        Assert.DoesNotContain("secret", upstream.Exchanges[0].Head, StringComparison.Ordinal);
        Assert.All(["Grip-Hold", "Grip-Channel"], name => Assert.Null(upstream.Exchanges[0].Header(name)));
        Assert.Equal("unsigned", upstream.Exchanges[0].Header("Grip-Sig"));
        Assert.Equal(0, await fabric.Publisher.PublishAsync("secret", "nobody"));
    }
}
