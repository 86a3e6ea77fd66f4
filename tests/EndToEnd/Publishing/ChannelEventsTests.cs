using System.Net;
using System.Text;
using SseFabric.TestKit.Http;
using SseFabric.TestKit.Processes;

namespace SseFabric.EndToEnd.Publishing;

/// <summary>One event by <c>POST /channels/{channel}/events</c>.</summary>
[Trait("Suite", "EndToEnd")]
public sealed class ChannelEventsTests(PublishFixture fixture) : IClassFixture<PublishFixture>
{
    /// <summary>PARITY.md 136: without subscribers too, and it is in the history.</summary>
    [Fact]
    public async Task Post_WithoutSubscribers_IsInTheHistoryAndItsIdResumes()
    {
        var channel = FrontendFixture.Unique();

        var first = await fixture.Http.PostAsync($"/channels/{channel}/events", "one", "text/plain");
        await fixture.Http.PublishAsync(channel, "two");

        Assert.Equal((200, "application/json"), (first.Status, first.Header("Content-Type")));
        Assert.Equal(0, first.Json.GetProperty("subscribers").GetInt32());
        await using var resumed = await fixture.ResumeAsync(first.Json.GetProperty("id").GetString()!, channel);
        Assert.Equal("two", (await resumed.NextAsync()).Text);
    }

    [Fact]
    public async Task Post_Id_IsTheEventsOwn()
    {
        var channel = FrontendFixture.Unique();
        await using var subscriber = await fixture.JoinAsync(channel);

        var id = await fixture.Http.PublishAsync(channel, "x");

        Assert.Equal(id, (await subscriber.NextAsync()).Id);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("application/json")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("nonsense")]
    public async Task Post_AnyContentType_TheBodyIsTheData(string? contentType)
    {
        const string body = "{\"a\": [1,  2]}\r\nkey=1&b=%20";
        var channel = FrontendFixture.Unique();
        await using var subscriber = await fixture.JoinAsync(channel);

        Assert.Equal(200, (await fixture.Http.PostAsync($"/channels/{channel}/events", body, contentType)).Status);

        Assert.Equal(body.Replace("\r", "", StringComparison.Ordinal), (await subscriber.NextAsync()).Text);
    }

    [Fact]
    public async Task Post_EmptyAndBinary_AreEvents()
    {
        byte[] binary = [0xFF, 0x00, 0xFE, .. "x"u8];
        var channel = FrontendFixture.Unique();
        await using var subscriber = await fixture.JoinAsync(channel);

        await fixture.Http.PublishAsync(channel, "");
        await fixture.Http.PublishAsync(channel, binary);

        Assert.Equal("", (await subscriber.NextAsync()).Text);
        await subscriber.NextAsync();
        Assert.True(subscriber.RawBytes.AsSpan().IndexOf([.. "data: "u8, .. binary, .. "\n\n"u8]) > 0, subscriber.Raw);
    }

    [Theory]
    [InlineData("?event=price", null, "price")]
    [InlineData("", "price", "price")]
    [InlineData("?event=query&event=second", "header", "query")]
    [InlineData("?event=", "", "message")]
    [InlineData("?event=a+b%20%C3%A9", null, "a b é")]
    [InlineData("?other=1", null, "message")]
    public async Task Post_Type_IsTheQuerysOrTheHeaders(string query, string? header, string type)
    {
        var channel = FrontendFixture.Unique();
        await using var subscriber = await fixture.JoinAsync(channel);

        await fixture.Http.PostAsync($"/channels/{channel}/events{query}", "x", null, header is null ? [] : [("X-Event-Type", header)]);

        Assert.Equal(type, (await subscriber.NextAsync()).Type);
    }

    [Fact]
    public async Task Post_Retry_GoesWithTheEvent()
    {
        var channel = FrontendFixture.Unique();
        await using var subscriber = await fixture.JoinAsync(channel);

        await fixture.Http.PostAsync($"/channels/{channel}/events?retry=1234", "x", null);

        Assert.Equal(TimeSpan.FromMilliseconds(1234), (await subscriber.NextAsync()).Retry);
    }

    [Theory]
    [InlineData("a%2Fb", "a/b")]
    [InlineData("a%252Fb", "a%2Fb")]
    [InlineData("a+b%20c", "a+b c")]
    [InlineData("%C3%A9%F0%9F%98%80", "é😀")]
    [InlineData("events", "events")]
    [InlineData("a%3Fb", "a?b")]
    public async Task Post_Channel_IsOneSegmentDecodedOnce(string segment, string name)
    {
        await using var subscriber = await fixture.JoinAsync(name);

        Assert.Equal(200, (await PostRawAsync($"/channels/{segment}/events", "x")).Status);

        Assert.Equal("x", (await subscriber.NextAsync()).Text);
    }

    [Theory]
    [InlineData("/channels/a%0Ab/events", "U+000A")]
    [InlineData("/channels/a%FFb/events", "valid UTF-8")]
    [InlineData("/channels/c/events?event=a%0Ab", "without CR, LF and NUL")]
    [InlineData("/channels/c/events?retry=soon", "'soon'")]
    [InlineData("/channels/c/events?retry=-1", "'-1'")]
    public async Task Post_Bad_Is400WithTheReason(string target, string reason)
    {
        await using var answer = await PostRawAsync(target, "x");

        Assert.Equal(400, answer.Status);
        Assert.Contains(reason, await answer.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Post_NameOf256Bytes_Is400() =>
        Assert.Equal(400, (await fixture.Http.PostAsync($"/channels/{new string('x', 256)}/events", "x", null)).Status);

    [Fact]
    public async Task Post_TypeOf256Characters_Is400() =>
        Assert.Equal(400, (await fixture.Http.PostAsync("/channels/c/events", "x", null, ("X-Event-Type", new string('x', 256)))).Status);

    [Theory]
    [InlineData("GET")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("OPTIONS")]
    public async Task OtherMethod_Is405WithAllow(string method)
    {
        foreach (var target in new[] { "/channels/c/events", "/publish" })
        {
            var answer = await fixture.Http.SendAsync(new HttpMethod(method), target, null, null);
            Assert.Equal((405, "POST"), (answer.Status, answer.Header("Allow")));
        }
    }

    [Fact]
    public async Task Post_ChannelOfFormatJson_TakesItsPayloadAndRefusesOthers()
    {
        var channel = FrontendFixture.Unique("json");
        await using var subscriber = await fixture.JoinAsync(channel);

        var refused = await fixture.Http.PostAsync($"/channels/{channel}/events", "no json", null);
        await fixture.Http.PublishAsync(channel, """{"event":"own","data":"text"}""");

        Assert.Equal(400, refused.Status);
        Assert.Contains("format json", refused.Detail, StringComparison.Ordinal);
        var received = await subscriber.NextAsync();
        Assert.Equal(("own", "text"), (received.Type, received.Text));
    }

    [Fact]
    public async Task Post_ContentEncoding_Is415()
    {
        var answer = await fixture.Http.PostAsync("/channels/c/events", "x", null, ("Content-Encoding", "gzip"));

        Assert.Equal(415, answer.Status);
        Assert.Contains("gzip", answer.Detail, StringComparison.Ordinal);
    }

    /// <summary>What came of a body is only part of it.</summary>
    [Fact]
    public async Task Post_CutInTheMiddle_PublishesNothing()
    {
        var channel = FrontendFixture.Unique();
        await using var subscriber = await fixture.JoinAsync(channel);
        await using (var cut = await RawHttpConnection.ConnectAsync(fixture.Fabric.Address))
        {
            await cut.SendAsync($"POST /channels/{channel}/events HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nhalf");
        }

        await fixture.Http.PublishAsync(channel, "whole");

        Assert.Equal("whole", (await subscriber.NextAsync()).Text);
    }

    [Fact]
    public async Task Post_OverHttp2_IsTheSame()
    {
        var port = FreePort.Next();
        await using var fabric = await SseFabricProcess.StartAsync($"--Fabric:H2c:Listen=127.0.0.1:{port}", "--Fabric:Channels:0:Match=small", "--Fabric:Channels:0:MaxEventBytes=100");
        await using var subscriber = await SseClient.JoinAsync(fabric.Events("c"));
        using var http = new HttpPublisher(new Uri($"http://127.0.0.1:{port}")) { Version = HttpVersion.Version20 };

        await http.PublishAsync("c", "x");
        var tooLarge = await http.PostAsync("/channels/small/events", new byte[5_000_000], null);
        await http.PublishAsync("c", "y");

        Assert.Equal(413, tooLarge.Status);
        Assert.Equal(["x", "y"], (await subscriber.TakeAsync(2)).Select(received => received.Text));
    }

    private async Task<RawHttpConnection> PostRawAsync(string target, string body)
    {
        var connection = await RawHttpConnection.ConnectAsync(fixture.Fabric.Address);
        await connection.SendAsync($"POST {target} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}");
        await connection.ReadHeadAsync();
        return connection;
    }
}
