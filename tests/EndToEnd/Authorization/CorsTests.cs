using SseFabric.TestKit.Http;
using SseFabric.TestKit.Processes;

namespace SseFabric.EndToEnd.Authorization;

/// <summary>Which pages may read streams: PARITY.md 121.</summary>
[Trait("Suite", "EndToEnd")]
public sealed class CorsTests(AuthFixture fixture) : IClassFixture<AuthFixture>
{
    private const string Other = "https://other.example";

    [Theory]
    [InlineData("/events")]
    [InlineData("/events/a?access_token=x")]
    [Trait("Parity", "121")]
    public async Task Preflight_ListedOrigin_MayAskWithTheHeadersOfAnEventSource(string target)
    {
        var answer = await PreflightAsync(target, AuthFixture.Page, "GET", "last-event-id, x-requested-with, authorization, cache-control");

        Assert.Equal(204, answer.Status);
        Assert.Equal((AuthFixture.Page, "true", "Origin"), (answer.Header("Access-Control-Allow-Origin"), answer.Header("Access-Control-Allow-Credentials"), answer.Header("Vary")));
        Assert.Contains("GET", answer.Header("Access-Control-Allow-Methods"), StringComparison.Ordinal);
        foreach (var header in new[] { "Last-Event-ID", "X-Requested-With", "Authorization", "Cache-Control" })
        {
            Assert.Contains(header, answer.Header("Access-Control-Allow-Headers"), StringComparison.OrdinalIgnoreCase);
        }
    }

    [Theory]
    [InlineData(Other, "GET", "last-event-id")]
    [InlineData("http://page.example", "GET", "last-event-id")]
    [InlineData("https://page.example.evil.example", "GET", "")]
    [InlineData("null", "GET", "")]
    [Trait("Parity", "121")]
    public async Task Preflight_OtherOrigin_IsToldNothing(string origin, string method, string headers)
    {
        var answer = await PreflightAsync("/events", origin, method, headers);

        Assert.All(["Access-Control-Allow-Origin", "Access-Control-Allow-Credentials", "Access-Control-Allow-Headers"], name => Assert.Null(answer.Header(name)));
    }

    [Theory]
    [InlineData("/events/a", 200)]
    [InlineData("/events", 400)]
    [InlineData("/events?channel=%00", 400)]
    [Trait("Parity", "121")]
    public async Task Answer_ToAListedOrigin_MayBeReadWhateverItIs(string target, int status)
    {
        await using var listed = await fixture.OpenAsync($"{TestToken.For("*")}", target, ("Origin", AuthFixture.Page));
        await using var other = await fixture.OpenAsync($"{TestToken.For("*")}", target, ("Origin", Other));

        AssertReadable(listed, status);
        Assert.Equal((status, null), ((int)other.Status, other.Header("Access-Control-Allow-Origin")));
    }

    [Fact]
    public async Task Refusal_ToAListedOrigin_MayBeRead()
    {
        await using var missing = await fixture.OpenAsync(null, "/events/a", ("Origin", AuthFixture.Page));
        await using var outside = await fixture.OpenAsync($"{TestToken.For("b")}", "/events/a", ("Origin", AuthFixture.Page));

        AssertReadable(missing, 401);
        AssertReadable(outside, 403);
    }

    [Theory]
    [InlineData("https://page.example", "true", "Origin")]
    [InlineData("*", null, null)]
    public async Task BusyAnswer_MayBeReadToo(string configured, string? credentials, string? vary)
    {
        await using var fabric = await SseFabricProcess.StartAsync($"--Fabric:Stream:Cors:Origins:0={configured}", "--Fabric:Stream:MaxSubscribers=1");
        var request = new SseRequest { Headers = new Dictionary<string, string> { ["Origin"] = AuthFixture.Page } };
        await using var first = await SseClient.JoinAsync(fabric.Events("a"), request);

        await using var eventSource = await SseClient.OpenAsync(fabric.Events("a"), request);
        await using var program = await SseClient.OpenAsync(fabric.Events("a"), request with { Accept = null });

        foreach (var client in new[] { first, eventSource, program })
        {
            Assert.Equal(
                (configured, credentials, vary),
                (client.Header("Access-Control-Allow-Origin"), client.Header("Access-Control-Allow-Credentials"), client.Header("Vary")));
            Assert.Contains("X-SSE-Busy", client.Header("Access-Control-Expose-Headers"), StringComparison.Ordinal);
        }

        Assert.Equal((200, "limit", 503, "limit"), ((int)eventSource.Status, eventSource.Header("X-SSE-Busy"), (int)program.Status, program.Header("X-SSE-Busy")));
    }

    private static void AssertReadable(SseClient client, int status)
    {
        Assert.Equal(status, (int)client.Status);
        Assert.Equal((AuthFixture.Page, "true", "Origin"), (client.Header("Access-Control-Allow-Origin"), client.Header("Access-Control-Allow-Credentials"), client.Header("Vary")));
    }

    private Task<HttpAnswer> PreflightAsync(string target, string origin, string method, string headers) => fixture.Http.SendAsync(
        HttpMethod.Options, target, null, null, ("Origin", origin), ("Access-Control-Request-Method", method), ("Access-Control-Request-Headers", headers));
}
