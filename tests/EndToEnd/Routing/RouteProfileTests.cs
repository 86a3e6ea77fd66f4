using SseFabric.EndToEnd.HandOff;
using SseFabric.TestKit.Http;
using SseFabric.TestKit.Processes;
using SseFabric.TestKit.Waiting;

namespace SseFabric.EndToEnd.Routing;

/// <summary>What a route's profile is besides the look of the stream: here cyclone's.</summary>
[Trait("Suite", "EndToEnd")]
public sealed class RouteProfileTests
{
    [Fact]
    public async Task Cyclone_Preflight_IsAnsweredAndRefusalsMayBeRead()
    {
        await using var fabric = await SseFabricProcess.StartAsync(
            "--Fabric:Routes:0:Path=^/listen$", "--Fabric:Routes:0:Channel=${qs[name]}", "--Fabric:Routes:0:Profile=cyclone",
            "--Fabric:Routes:1:Path=^/native$", "--Fabric:Routes:1:Channel=native");
        using var http = new HttpPublisher(fabric.Address);
        (string, string)[] asks = [("Origin", "https://example.org"), ("Access-Control-Request-Method", "GET")];

        var preflight = await http.SendAsync(HttpMethod.Options, "/listen?name=a", null, null, asks);
        var native = await http.SendAsync(HttpMethod.Options, "/native", null, null, asks);
        var method = await http.SendAsync(HttpMethod.Delete, "/listen?name=a", null, null);
        var nobody = await http.SendAsync(HttpMethod.Get, "/listen", null, null);

        Assert.Equal((204, "*"), (preflight.Status, preflight.Header("Access-Control-Allow-Origin")));
        Assert.Contains("X-Requested-With", preflight.Header("Access-Control-Allow-Headers"), StringComparison.Ordinal);
        Assert.Equal((405, null, "GET, HEAD"), (native.Status, native.Header("Access-Control-Allow-Origin"), native.Header("Allow")));
        Assert.Equal((405, "*", "GET, HEAD, OPTIONS"), (method.Status, method.Header("Access-Control-Allow-Origin"), method.Header("Allow")));
        Assert.Equal((404, "*"), (nobody.Status, nobody.Header("Access-Control-Allow-Origin")));
    }

    [Fact]
    public async Task CycloneHandOff_RequestedWith_IsAPoll()
    {
        var channel = FrontendFixture.Unique();
        await using var upstream = ScriptedUpstream.Answering($"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX-SSE-OFFLOAD: {channel}\r\n\r\n");
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address, "--Fabric:Routes:0:Profile=cyclone");
        await using var stream = await SseClient.JoinAsync(fabric.At("/listen?polling"));
        await using var poll = await SseClient.JoinAsync(fabric.At("/listen"), new SseRequest { Headers = new Dictionary<string, string> { ["X-Requested-With"] = "XMLHttpRequest" } });

        await fabric.Publisher.PublishAsync(channel, "one");
        await poll.Ended.Within("the end of the poll");
        await fabric.Publisher.PublishAsync(channel, "two");

        Assert.Equal("one", (await poll.NextAsync()).Text);
        Assert.Equal(["one", "two"], (await stream.TakeAsync(2)).Select(sent => sent.Text));
    }
}
