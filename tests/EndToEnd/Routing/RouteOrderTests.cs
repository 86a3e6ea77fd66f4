using System.Net;
using SseFabric.TestKit.Http;

namespace SseFabric.EndToEnd.Routing;

/// <summary>Management and publishing, then routes, then the open endpoint: with a route that takes every path.</summary>
[Trait("Suite", "EndToEnd")]
[Trait("Needs", "redis-server")]
public sealed class RouteOrderTests(RouteOrderTests.Fixture fixture) : IClassFixture<RouteOrderTests.Fixture>
{
    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    public async Task Get_Health_ComesBeforeRoutes(string path)
    {
        await using var client = await fixture.GetAsync(path);

        Assert.Equal("application/json", client.Header("Content-Type"));
    }

    [Theory]
    [InlineData("/metrics", "text/plain; version=0.0.4; charset=utf-8")]
    [InlineData("/stats", "application/json; charset=utf-8")]
    public async Task Get_Counts_ComeBeforeRoutes(string path, string type)
    {
        await using var client = await fixture.GetAsync(path);

        Assert.Equal((200, type), (client.Status, client.Header("Content-Type")));
    }

    [Theory]
    [InlineData("/metrics/x")]
    [InlineData("/stats/x")]
    [InlineData("/dashboard/x")]
    [InlineData("/admin")]
    public async Task Get_ManagementPathWithNothingThere_IsNoRoutes(string path)
    {
        await using var client = await fixture.GetAsync(path);

        Assert.Equal(404, client.Status);
    }

    [Fact]
    public async Task Post_Publishing_ComesBeforeRoutes()
    {
        await using var client = await SseClient.JoinAsync(new Uri(fixture.Fabric.Address, "/whatever"));
        using var http = new HttpPublisher(fixture.Fabric.Address);

        await http.PublishAsync("all", "one");
        var answer = await http.PostAsync("/publish", "channel=all&message=two", "application/x-www-form-urlencoded");

        Assert.Equal(200, answer.Status);
        Assert.Equal(["one", "two"], (await client.TakeAsync(2)).Select(next => next.Text));
    }

    [Theory]
    [InlineData("/first/x", "first")]
    [InlineData("/first", "all")]
    [InlineData("/events?channel=open", "all")]
    [InlineData("/events/open", "all")]
    [InlineData("/", "all")]
    [InlineData("/health%2Flive", "all")]
    [InlineData("/publish/x", "all")]
    [InlineData("/channels/x", "all")]
    public async Task Get_Path_GoesToTheFirstRouteThatFitsAndNotToTheOpenEndpoint(string target, string channel)
    {
        await using var client = await fixture.GetAsync(target);

        await fixture.AssertIsOnAsync(client, channel);
        Assert.DoesNotContain("open", await fixture.SubscribedAsync());
    }

    [Fact]
    public async Task Post_Health_IsNoRoutes()
    {
        await using var client = await SseClient.OpenAsync(new Uri(fixture.Fabric.Address, "/health/live"), new SseRequest { Method = HttpMethod.Post });

        Assert.Equal(HttpStatusCode.MethodNotAllowed, client.Status);
        Assert.Contains("GET", client.Header("Allow"), StringComparison.Ordinal);
    }

    public sealed class Fixture : RouteFixture
    {
        protected override (string Path, string[] Channels)[] Routes => [("^/first/", ["first"]), ("^/", ["all"])];
    }
}
