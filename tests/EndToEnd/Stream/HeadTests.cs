using System.Net;
using SseFabric.TestKit.Http;

namespace SseFabric.EndToEnd.Stream;

/// <summary>The response's head and its first block.</summary>
[Trait("Suite", "EndToEnd")]
public sealed class HeadTests(FrontendFixture fixture) : IClassFixture<FrontendFixture>
{
    [Fact]
    public async Task Get_Stream_HeadAndFirstBlockComeAtOnce()
    {
        await using var connection = await RawHttpConnection.ConnectAsync(fixture.Fabric.Address);

        await connection.GetAsync($"/events?channel={FrontendFixture.Unique()}", "Accept: text/event-stream", "Accept-Encoding: gzip, br");
        var body = await connection.ReadBodyUntilAsync("a block", text => text.Contains("\n\n", StringComparison.Ordinal));

        Assert.Equal("HTTP/1.1 200 OK", connection.StatusLine);
        Assert.Equal("text/event-stream", connection.Header("Content-Type"));
        Assert.Equal("no-cache", connection.Header("Cache-Control"));
        Assert.Equal("no", connection.Header("X-Accel-Buffering"));
        Assert.Null(connection.Header("Content-Encoding"));
        Assert.Null(connection.Header("Content-Length"));
        Assert.Matches(@"\Aid: [\x21-\x7E]+\nretry: 3000\n\n\z", body);
    }

    [Fact]
    public async Task Get_ChannelInThePath_IsThatChannel()
    {
        var channel = FrontendFixture.Unique();
        await using var subscriber = await SseClient.JoinAsync(new Uri(fixture.Fabric.Address, $"/events/{channel}"));

        await fixture.PublishAsync(channel, "x");

        Assert.Equal("x", (await subscriber.NextAsync()).Text);
    }

    [Theory]
    [InlineData("a%2Fb", "a/b")]
    [InlineData("a%252Fb", "a%2Fb")]
    [InlineData("a%20b", "a b")]
    [InlineData("%C3%A9%F0%9F%98%80", "é😀")]
    [InlineData("..%2F..", "../..")]
    [InlineData("a;b=c,d", "a;b=c,d")]
    public async Task Get_EscapedChannelInThePath_IsDecodedOnce(string segment, string channel)
    {
        await using var connection = await RawHttpConnection.ConnectAsync(fixture.Fabric.Address);
        await connection.GetAsync($"/events/{segment}");
        Assert.Equal(200, connection.Status);
        await connection.ReadBodyUntilAsync("the first block", text => text.Contains("\n\n", StringComparison.Ordinal));

        await fixture.PublishAsync(channel, "decoded once");

        await connection.ReadBodyUntilAsync("the event", text => text.Contains("data: decoded once\n\n", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Get_SeveralChannels_GetsEachAndNoOther()
    {
        var (a, b, other) = (FrontendFixture.Unique("a"), FrontendFixture.Unique("b"), FrontendFixture.Unique("other"));
        await using var subscriber = await fixture.JoinAsync(a, b);
        await using var elsewhere = await fixture.JoinAsync(other);

        await fixture.PublishAsync(a, "1");
        await fixture.PublishAsync(other, "not for the first");
        await fixture.PublishAsync(b, "2");
        await fixture.PublishAsync(a, "3");

        // Order is promised within a channel.
        var texts = (await subscriber.TakeAsync(3)).Select(received => received.Text).ToList();
        Assert.Equal(["1", "3"], texts.Where(text => text != "2"));
        Assert.Contains("2", texts);
        Assert.Equal("not for the first", (await elsewhere.NextAsync()).Text);
        Assert.False(subscriber.TryNext(out _));
    }

    [Fact]
    public async Task Get_ChannelNamedTwice_CountsOnce()
    {
        var channel = FrontendFixture.Unique();
        await using var subscriber = await SseClient.JoinAsync(fixture.Fabric.Events([.. Enumerable.Repeat(channel, 150)]));

        await fixture.PublishAsync(channel, "1", "2");

        Assert.Equal(["1", "2"], (await subscriber.TakeAsync(2)).Select(received => received.Text));
    }

    [Fact]
    public async Task Get_HundredChannels_AreServed()
    {
        string[] channels = [.. Enumerable.Range(0, 100).Select(i => FrontendFixture.Unique($"h{i}"))];
        await using var subscriber = await fixture.JoinAsync(channels);

        foreach (var channel in channels)
        {
            await fixture.PublishAsync(channel, channel);
        }

        Assert.Equal(channels.Order(), (await subscriber.TakeAsync(100)).Select(received => received.Text).Order());
    }

    [Fact]
    public async Task Head_Stream_IsTheHeadAlone()
    {
        await using var connection = await RawHttpConnection.ConnectAsync(fixture.Fabric.Address);
        await connection.SendAsync($"HEAD /events?channel={FrontendFixture.Unique()} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        await connection.ReadHeadAsync();

        Assert.Equal(200, connection.Status);
        Assert.Equal("text/event-stream", connection.Header("Content-Type"));
        Assert.Equal("no-cache", connection.Header("Cache-Control"));
        Assert.Equal("no", connection.Header("X-Accel-Buffering"));
        await connection.WaitForCloseAsync();
        Assert.Equal("", connection.Body);
    }

    [Fact]
    public async Task Get_RequestInPieces_IsUnderstood()
    {
        var channel = FrontendFixture.Unique();
        await using var connection = await RawHttpConnection.ConnectAsync(fixture.Fabric.Address);
        foreach (var piece in $"GET /events?channel={channel} HTTP/1.1\r\nHost: localhost\r\n\r\n".Chunk(7))
        {
            await connection.SendAsync(new string(piece));
        }

        await connection.ReadHeadAsync();

        Assert.Equal(200, connection.Status);
    }

    [Fact]
    public async Task Get_UnknownPath_Is404()
    {
        await using var client = await SseClient.OpenAsync(new Uri(fixture.Fabric.Address, "/nothing/here"));

        Assert.Equal(HttpStatusCode.NotFound, client.Status);
    }
}
