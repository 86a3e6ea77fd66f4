using System.Net;
using System.Text.RegularExpressions;
using SseFabric.TestKit.Http;
using SseFabric.TestKit.Processes;
using SseFabric.TestKit.Waiting;

namespace SseFabric.EndToEnd.Stream;

/// <summary>A planned end: nobody new, and those who are there leave one after the other.</summary>
[Trait("Suite", "EndToEnd")]
public sealed partial class DrainTests
{
    private const int SigTerm = 15;

    [Fact]
    public async Task Drain_WithSubscribers_ClosesThemSpreadOutWithARetry()
    {
        await using var fabric = await SseFabricProcess.StartAsync("--Fabric:Drain:Window=00:00:03");
        var clients = new List<SseClient>();
        for (var i = 0; i < 30; i++)
        {
            clients.Add(await SseClient.JoinAsync(fabric.Events("a")));
        }

        var begin = TimeProvider.System.GetTimestamp();
        fabric.Process.Signal(SigTerm);
        var ends = await Task.WhenAll(clients.Select(async client =>
        {
            await client.Ended.Within("the end of a stream that is drained");
            return TimeProvider.System.GetElapsedTime(begin).TotalSeconds;
        }));

        Assert.Equal(0, await fabric.Process.WaitForExitAsync());
        Assert.All(clients, client => Assert.Null(client.BrokenBy));
        Assert.True(ends.Max() - ends.Min() > 1, $"All ended between {ends.Min():0.00} and {ends.Max():0.00} s.");
        Assert.InRange(ends.Max(), 1, 12);
        var retries = clients.Select(client => Retry().Matches(client.Raw)[^1].Groups[1].Value).ToList();
        Assert.All(clients, client => Assert.Equal(2, Retry().Count(client.Raw)));
        Assert.True(retries.Distinct().Count() > 5, $"Only these came: {string.Join(", ", retries.Distinct())}");
        foreach (var client in clients)
        {
            await client.DisposeAsync();
        }
    }

    [Fact]
    public async Task Drain_Newcomers_AreToldToComeBack()
    {
        await using var fabric = await SseFabricProcess.StartAsync("--Fabric:Drain:Window=00:00:30");
        var clients = new List<SseClient>();
        for (var i = 0; i < 20; i++)
        {
            clients.Add(await SseClient.JoinAsync(fabric.Events("a")));
        }

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(fabric, "/health/ready"));
        fabric.Process.Signal(SigTerm);
        await Eventually.SeeAsync("readiness to end", () => StatusAsync(fabric, "/health/ready"), status => status == HttpStatusCode.ServiceUnavailable);

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(fabric, "/health/live"));
        await using (var browser = await SseClient.OpenAsync(fabric.Events("a")))
        {
            await browser.Ended.Within("the end of the response");
            Assert.Equal(HttpStatusCode.OK, browser.Status);
            Assert.Equal("draining", browser.Header("X-SSE-Busy"));
            Assert.Matches(Retry(), browser.Raw);
            Assert.NotEmpty(browser.Comments);
        }

        await using (var other = await SseClient.OpenAsync(fabric.Events("a"), new SseRequest { Accept = "*/*" }))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, other.Status);
            Assert.Equal("draining", other.Header("X-SSE-Busy"));
            Assert.NotNull(other.Header("Retry-After"));
        }

        // The window is longer than anything above takes; with everybody gone it is over.
        foreach (var client in clients)
        {
            await client.DisposeAsync();
        }

        Assert.Equal(0, await fabric.Process.WaitForExitAsync());
    }

    [Fact]
    public async Task Drain_Http2_EndsEveryStreamInOrder()
    {
        var port = FreePort.Next();
        await using var fabric = await SseFabricProcess.StartAsync($"--Fabric:H2c:Listen=127.0.0.1:{port}", "--Fabric:Drain:Window=00:00:01");
        using var shared = SseClient.NewInvoker();
        var clients = new List<SseClient>();
        for (var i = 0; i < 50; i++)
        {
            clients.Add(await SseClient.JoinAsync(new Uri($"http://127.0.0.1:{port}/events?channel=a"), new SseRequest { Version = HttpVersion.Version20 }, shared));
        }

        fabric.Process.Signal(SigTerm);
        foreach (var client in clients)
        {
            await client.Ended.Within("the end of a stream that is drained");
            Assert.Null(client.BrokenBy);
            Assert.Equal(2, Retry().Count(client.Raw));
            await client.DisposeAsync();
        }

        Assert.Equal(0, await fabric.Process.WaitForExitAsync());
    }

    [GeneratedRegex(@"^retry: (\d+)$", RegexOptions.Multiline)]
    private static partial Regex Retry();

    private static async Task<HttpStatusCode> StatusAsync(SseFabricProcess fabric, string path)
    {
        await using var client = await SseClient.OpenAsync(new Uri(fabric.Address, path), new SseRequest { Accept = null });
        return client.Status;
    }
}
