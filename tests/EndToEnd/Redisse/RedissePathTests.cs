using SseFabric.TestKit.Http;
using SseFabric.TestKit.Processes;
using SseFabric.TestKit.Waiting;

namespace SseFabric.EndToEnd.Redisse;

/// <summary>Which paths are redisse's, and how a redirect is served beside them.</summary>
[Trait("Suite", "EndToEnd")]
[Trait("Needs", "redis-server")]
public sealed class RedissePathTests(RedisseProfileFixture fixture) : IClassFixture<RedisseProfileFixture>
{
    private const string Page = "https://page.example";

    [Fact]
    public async Task Redirect_LastEventId_ResumesWithRedissesFrames()
    {
        var channel = RedisseProfileFixture.Unique();
        await fixture.SetCounterAsync(41);
        await fixture.Publisher.PublishAsync(channel, "seen");
        var missed = await fixture.Publisher.PublishAsync(channel, "missed");
        await using var stream = await fixture.OpenAsync($"/redisse/?{channel}", "42");

        var live = await fixture.Publisher.PublishAsync(channel, "live");

        Assert.Equal(missed + live, await RedisseProfileFixture.SeeAsync(stream, missed + live));
    }

    [Fact]
    public async Task Redirect_Polling_IsGivenTheHistoryAndEnds()
    {
        var channel = RedisseProfileFixture.Unique();
        await fixture.SetCounterAsync(42);
        var frame = await fixture.Publisher.PublishAsync(channel, "one");
        await using var poll = await fixture.OpenAsync($"/redisse/?polling&lastEventId=42&{channel}");

        await poll.Ended.Within("the end of the poll");

        Assert.Equal(frame, poll.Raw);
    }

    [Theory]
    [InlineData("/health")]
    [InlineData("/health/x")]
    [InlineData("/metrics/x")]
    [InlineData("/stats/x")]
    [InlineData("/Dashboard/x/y")]
    [InlineData("/admin/")]
    public async Task Get_ManagementPathWithNothingThere_Is404AndNoStream(string path)
    {
        await using var answer = await fixture.GetAsync($"{path}?global", "Accept: text/event-stream");

        Assert.Equal(404, answer.Status);
    }

    [Fact]
    public async Task Get_Health_IsThere()
    {
        await using var answer = await fixture.GetAsync("/health/live", "Accept: text/event-stream");

        Assert.Equal((200, "application/json"), (answer.Status, answer.Header("content-type")));
    }

    [Fact]
    public async Task Origin_Listed_MayReadAndAskBefore()
    {
        await using var fabric = await SseFabricProcess.StartAsync("--redis", fixture.Redis.Configuration, "--profile", "redisse", $"--Fabric:Stream:Cors:Origins:0={Page}");
        using var http = new HttpPublisher(fabric.Address);
        var preflight = await http.SendAsync(
            HttpMethod.Options, "/any?global", null, null, ("Origin", Page), ("Access-Control-Request-Method", "GET"), ("Access-Control-Request-Headers", "last-event-id"));
        var origin = new SseRequest { Headers = new Dictionary<string, string> { ["Origin"] = Page } };
        await using var stream = await SseClient.OpenAsync(new Uri(fabric.Address, "/any?global"), origin);
        await using var refused = await SseClient.OpenAsync(new Uri(fabric.Address, "/any"), origin);

        Assert.Equal((204, Page), (preflight.Status, preflight.Header("Access-Control-Allow-Origin")));
        Assert.Equal((200, Page), ((int)stream.Status, stream.Header("Access-Control-Allow-Origin")));
        Assert.Equal((404, Page), ((int)refused.Status, refused.Header("Access-Control-Allow-Origin")));
    }
}
