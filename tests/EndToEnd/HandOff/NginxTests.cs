using System.Net;
using SseFabric.TestKit.Http;
using SseFabric.TestKit.Waiting;

namespace SseFabric.EndToEnd.HandOff;

/// <summary>samples/nginx with a real nginx, an application and the program behind it.</summary>
[Trait("Suite", "EndToEnd"), Trait("Needs", "nginx")]
public sealed class NginxTests(NginxFixture fixture) : IClassFixture<NginxFixture>
{
    [Fact, Trait("Parity", "58")]
    public async Task Get_RedirectedStream_ReceivesTheChannelsEvents()
    {
        var (a, b) = (FrontendFixture.Unique(), FrontendFixture.Unique());
        await using var subscriber = await SseClient.JoinAsync(fixture.At($"/events?to={a}&to={b}"));

        await fixture.PublishAsync("another", "not this");
        await fixture.PublishAsync(a, "one");
        Assert.Equal("one", (await subscriber.NextAsync()).Text);
        await fixture.PublishAsync(b, "two");
        Assert.Equal("two", (await subscriber.NextAsync()).Text);

        Assert.Equal("text/event-stream", subscriber.Header("Content-Type"));
        Assert.Equal("no-cache", subscriber.Header("Cache-Control"));
        Assert.Null(subscriber.Header("X-Accel-Redirect"));
        Assert.Null(subscriber.Header("X-Accel-Buffering"));
    }

    [Theory, Trait("Parity", "58")]
    [InlineData("/redisse/?global")]
    [InlineData("/redisse/")]
    [InlineData("/%72edisse/?global")]
    [InlineData("/x/../redisse/?global")]
    [InlineData("//redisse/?global")]
    public async Task Get_InternalLocationFromOutside_Is404(string target)
    {
        await using var connection = await RawHttpConnection.ConnectAsync(fixture.At("/"));

        await connection.GetAsync(target, "Accept: text/event-stream");

        Assert.Equal(404, connection.Status);
    }

    [Fact, Trait("Parity", "59")]
    public async Task Get_LastEventId_SurvivesTheRedirectAndResumes()
    {
        var channel = FrontendFixture.Unique();
        await using var first = await SseClient.JoinAsync(fixture.At($"/events?to={channel}"));
        await fixture.PublishAsync(channel, "one", "two", "three");
        var seen = await first.TakeAsync(3);

        await using var byHeader = await SseClient.JoinAsync(fixture.At($"/events?to={channel}"), new SseRequest { LastEventId = seen[1].Id });
        await using var byQuery = await SseClient.JoinAsync(fixture.At($"/events?to={channel}&lastEventId={seen[0].Id}"));

        Assert.Equal("three", (await byHeader.NextAsync()).Text);
        Assert.Equal(["two", "three"], (await byQuery.TakeAsync(2)).Select(sent => sent.Text));
    }

    [Fact, Trait("Parity", "60")]
    public async Task Get_TwoHundredChannels_StreamsAndResumes()
    {
        var channels = Enumerable.Range(0, 200).Select(_ => Guid.NewGuid().ToString()).ToArray();
        var target = fixture.At("/events?" + string.Join('&', channels.Select(channel => $"to={channel}")));
        await using var subscriber = await SseClient.JoinAsync(target);
        await fixture.PublishAsync(channels[0], "one");
        var first = await subscriber.NextAsync();
        Assert.Equal("one", first.Text);
        await fixture.PublishAsync(channels[199], "two");
        Assert.Equal("two", (await subscriber.NextAsync()).Text);

        await using var again = await SseClient.JoinAsync(target, new SseRequest { LastEventId = first.Id });

        Assert.Equal("two", (await again.NextAsync()).Text);
    }

    [Fact, Trait("Parity", "53")]
    public async Task Get_Polling_EndsAfterItsFirstEvent()
    {
        var channel = FrontendFixture.Unique();
        await using var poll = await SseClient.JoinAsync(fixture.At($"/events?to={channel}&polling"));
        await fixture.PublishAsync(channel, "x");

        await poll.Ended.Within("the end of the poll");
        Assert.Equal("x", (await poll.NextAsync()).Text);
    }

    [Theory, Trait("Parity", "56")]
    [InlineData("lastEventId=5")]
    [InlineData("a=b&c+d e")]
    [InlineData("é€/%41?#")]
    public async Task Get_AnyName_ArrivesAsItIs(string name)
    {
        var channel = FrontendFixture.Unique(name);
        await using var subscriber = await SseClient.JoinAsync(fixture.At($"/events?to={Uri.EscapeDataString(channel)}"));

        await fixture.PublishAsync(channel, "x");

        Assert.Equal("x", (await subscriber.NextAsync()).Text);
    }

    [Fact, Trait("Parity", "57")]
    public async Task Get_ApplicationThatLooksAtTheRequest_DecidesByIt()
    {
        var user = FrontendFixture.Unique("u");
        var headers = new Dictionary<string, string> { ["Cookie"] = $"user={user}", ["X-Device"] = "phone" };
        await using var subscriber = await SseClient.JoinAsync(fixture.At("/mine"), new SseRequest { Headers = headers });
        await using var stranger = await SseClient.OpenAsync(fixture.At("/mine"));

        await fixture.PublishAsync($"inbox-{user}-phone", "for you");

        Assert.Equal("for you", (await subscriber.NextAsync()).Text);
        Assert.Equal(HttpStatusCode.NotFound, stranger.Status);
    }

    [Fact]
    public async Task Get_HeadersOfTheApplication_SurviveAsThePageSays()
    {
        await using var connection = await RawHttpConnection.ConnectAsync(fixture.At("/"));

        await connection.GetAsync("/dressed", "Accept: text/event-stream");

        Assert.Equal(200, connection.Status);
        Assert.Equal("a=1, b=2", connection.Header("Set-Cookie"));
        Assert.Equal("private, no-cache", connection.Header("Cache-Control"));
        Assert.Equal("text/event-stream", connection.Header("Content-Type"));
        Assert.Null(connection.Header("Foo"));
        Assert.Null(connection.Header("ETag"));
    }

    [Fact]
    public async Task Get_OrdinaryPage_PassesThrough()
    {
        await using var answer = await SseClient.OpenAsync(fixture.At("/plain"), new SseRequest { Accept = null });

        await answer.WaitForRawAsync("the page", raw => raw == "no stream");
    }
}
