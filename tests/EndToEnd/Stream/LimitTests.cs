using System.Globalization;
using System.Net;
using SseFabric.TestKit.Http;
using SseFabric.TestKit.Processes;
using SseFabric.TestKit.Waiting;

namespace SseFabric.EndToEnd.Stream;

/// <summary>At a limit: an EventSource is told to come back, anybody else gets a status.</summary>
[Trait("Suite", "EndToEnd")]
public sealed class LimitTests
{
    private static readonly SseRequest s_anyAccept = new() { Accept = "*/*" };

    [Fact]
    public async Task MaxSubscribers_Reached_TurnsNewOnesAwayUntilOneLeaves()
    {
        await using var fabric = await SseFabricProcess.StartAsync("--Fabric:Stream:MaxSubscribers=2");
        await using var first = await SseClient.JoinAsync(fabric.Events("a"));
        var second = await SseClient.JoinAsync(fabric.Events("a"));

        await AssertBusyAsync(fabric.Events("a"));
        await using (var other = await SseClient.OpenAsync(fabric.Events("a"), s_anyAccept))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, other.Status);
            Assert.Equal("limit", other.Header("X-SSE-Busy"));
            Assert.True(int.Parse(other.Header("Retry-After")!, CultureInfo.InvariantCulture) >= 0, other.Header("Retry-After"));
            await other.Ended.Within("the end of the refusal");
        }

        await second.DisposeAsync();
        await Eventually.SeeAsync("a free place", () => IsStreamingAsync(fabric.Events("a")), streaming => streaming);
    }

    [Fact]
    public async Task MaxPerAddress_Reached_Is429()
    {
        await using var fabric = await SseFabricProcess.StartAsync("--Fabric:Stream:MaxPerAddress=1");
        await using var first = await SseClient.JoinAsync(fabric.Events("a"));

        await AssertBusyAsync(fabric.Events("a"));
        await using var other = await SseClient.OpenAsync(fabric.Events("a"), s_anyAccept);

        Assert.Equal(HttpStatusCode.TooManyRequests, other.Status);
        Assert.Equal("limit", other.Header("X-SSE-Busy"));
        Assert.NotNull(other.Header("Retry-After"));
    }

    [Fact]
    public async Task MaxPerAddress_ForwardedForFromAStranger_IsNotBelieved()
    {
        await using var fabric = await SseFabricProcess.StartAsync("--Fabric:Stream:MaxPerAddress=1");
        await using var first = await SseClient.JoinAsync(fabric.Events("a"));

        await using var other = await SseClient.OpenAsync(
            fabric.Events("a"), s_anyAccept with { Headers = new Dictionary<string, string> { ["X-Forwarded-For"] = "198.51.100.7" } });

        Assert.Equal(HttpStatusCode.TooManyRequests, other.Status);
    }

    [Fact]
    public async Task MaxPerAddress_BehindAKnownProxy_CountsTheForwardedAddress()
    {
        await using var fabric = await SseFabricProcess.StartAsync("--Fabric:Stream:MaxPerAddress=1", "--Fabric:KnownProxies:0=127.0.0.1");
        await using var first = await SseClient.JoinAsync(fabric.Events("a"), From("198.51.100.7"));
        await using var second = await SseClient.JoinAsync(fabric.Events("a"), From("198.51.100.8"));

        await using var third = await SseClient.OpenAsync(fabric.Events("a"), From("198.51.100.7"));

        Assert.Equal(HttpStatusCode.TooManyRequests, third.Status);

        static SseRequest From(string address) => s_anyAccept with { Headers = new Dictionary<string, string> { ["X-Forwarded-For"] = address } };
    }

    [Fact]
    public async Task MaxChannels_Set_BindsTheList()
    {
        await using var fabric = await SseFabricProcess.StartAsync("--Fabric:Stream:MaxChannels=2");
        await using var two = await SseClient.OpenAsync(fabric.Events("a", "b"));
        await using var three = await SseClient.OpenAsync(fabric.Events("a", "b", "c"));

        Assert.Equal(HttpStatusCode.OK, two.Status);
        Assert.Equal(HttpStatusCode.BadRequest, three.Status);
    }

    [Fact]
    public async Task Busy_ManyTimes_SpreadsTheReturns()
    {
        await using var fabric = await SseFabricProcess.StartAsync("--Fabric:Stream:MaxSubscribers=1");
        await using var first = await SseClient.JoinAsync(fabric.Events("a"));

        var retries = new HashSet<string>();
        for (var i = 0; i < 20; i++)
        {
            retries.Add(await AssertBusyAsync(fabric.Events("a")));
        }

        Assert.True(retries.Count > 5, $"Only these came: {string.Join(", ", retries)}");
    }

    private static async Task<bool> IsStreamingAsync(Uri address)
    {
        await using var client = await SseClient.OpenAsync(address);
        return client.Header("X-SSE-Busy") is null;
    }

    private static async Task<string> AssertBusyAsync(Uri address)
    {
        await using var client = await SseClient.OpenAsync(address);
        await client.Ended.Within("the end of the response", () => client.Raw);
        Assert.Equal(HttpStatusCode.OK, client.Status);
        Assert.Equal("limit", client.Header("X-SSE-Busy"));
        Assert.Equal("text/event-stream", client.Header("Content-Type"));
        Assert.NotEmpty(client.Comments);
        Assert.False(client.TryNext(out _));
        Assert.DoesNotContain("id:", client.Raw, StringComparison.Ordinal);
        return Assert.Single(client.Raw.Split('\n'), line => line.StartsWith("retry: ", StringComparison.Ordinal));
    }
}
