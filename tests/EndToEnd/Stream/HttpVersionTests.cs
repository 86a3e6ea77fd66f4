using System.Net;
using SseFabric.TestKit.Faults;
using SseFabric.TestKit.Http;
using SseFabric.TestKit.Processes;
using SseFabric.TestKit.Redis;
using SseFabric.TestKit.Waiting;

namespace SseFabric.EndToEnd.Stream;

[Trait("Suite", "EndToEnd")]
public sealed class HttpVersionTests
{
    [Fact]
    public async Task Http10_Stream_IsDelimitedByTheConnectionsEnd()
    {
        await using var fabric = await SseFabricProcess.StartAsync("--Fabric:Drain:Window=00:00:00");
        await using var publisher = await RedisClient.ConnectAsync(fabric.Door);
        await using var connection = await RawHttpConnection.ConnectAsync(fabric.Address);

        await connection.SendAsync("GET /events?channel=a HTTP/1.0\r\n\r\n");
        await connection.ReadHeadAsync();
        await connection.ReadBodyUntilAsync("the first block", text => text.Contains("\n\n", StringComparison.Ordinal));
        await publisher.PublishAsync("a", "one");
        var body = await connection.ReadBodyUntilAsync("the event", text => text.Contains("data: one\n\n", StringComparison.Ordinal));

        Assert.Equal(200, connection.Status);
        Assert.Null(connection.Header("Transfer-Encoding"));
        Assert.Null(connection.Header("Content-Length"));
        Assert.Matches(@"\Aid: [^\n]+\nretry: 3000\n\nid: [^\n]+\ndata: one\n\n\z", body);
        await fabric.Process.TerminateAsync();
        await connection.WaitForCloseAsync();
    }

    [Fact]
    public async Task Http11_KeepAlive_ServesAStreamAfterARefusal()
    {
        await using var fabric = await SseFabricProcess.StartAsync();
        await using var connection = await RawHttpConnection.ConnectAsync(fabric.Address);

        await connection.GetAsync("/events");
        Assert.Equal(400, connection.Status);
        await connection.ReadToEndAsync();
        await connection.GetAsync("/events?channel=a");

        Assert.Equal(200, connection.Status);
    }

    [Fact]
    public async Task Http2_PriorKnowledge_CarriesManyStreamsOnOneConnection()
    {
        const int streams = 200;
        var port = FreePort.Next();
        await using var fabric = await SseFabricProcess.StartAsync($"--Fabric:H2c:Listen=127.0.0.1:{port}");
        await using var publisher = await RedisClient.ConnectAsync(fabric.Door);
        using var shared = SseClient.NewInvoker();
        var request = new SseRequest { Version = HttpVersion.Version20 };
        var clients = new List<SseClient>();
        for (var i = 0; i < streams; i++)
        {
            clients.Add(await SseClient.JoinAsync(new Uri($"http://127.0.0.1:{port}/events?channel=all&channel=only{i}"), request, shared));
        }

        Assert.Single(TcpTable.PeersOf(port).Distinct());
        Assert.All(clients, client => Assert.Equal(HttpVersion.Version20, client.Response.Version));
        await publisher.PublishAsync("all", "for all");
        for (var i = 0; i < streams; i++)
        {
            await publisher.PublishAsync($"only{i}", $"{i}");
        }

        for (var i = 0; i < streams; i++)
        {
            Assert.Equal([$"{i}", "for all"], (await clients[i].TakeAsync(2)).Select(received => received.Text).Order(StringComparer.Ordinal));
        }

        await Eventually.SeeAsync("all streams in the reply to PUBLISH", () => publisher.PublishAsync("all", "again"), reply => reply == streams);
        await clients[0].DisposeAsync();
        await Eventually.SeeAsync("one stream less", () => publisher.PublishAsync("all", "again"), reply => reply == streams - 1);
        foreach (var client in clients)
        {
            await client.DisposeAsync();
        }
    }

    [Fact]
    public async Task Http2_OneStreamStalled_TheOthersGoOn()
    {
        var port = FreePort.Next();
        await using var fabric = await SseFabricProcess.StartAsync($"--Fabric:H2c:Listen=127.0.0.1:{port}");
        await using var publisher = await RedisClient.ConnectAsync(fabric.Door);
        using var shared = SseClient.NewInvoker();
        var address = new Uri($"http://127.0.0.1:{port}/events");
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{address}?channel=flood")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };

        // Its body is never read, so its window closes.
        using var stalled = await shared.SendAsync(request, TestContext.Current.CancellationToken);
        await using var other = await SseClient.JoinAsync(new Uri($"{address}?channel=live"), new SseRequest { Version = HttpVersion.Version20 }, shared);
        var payload = new byte[10_000];
        payload.AsSpan().Fill((byte)'x');
        for (var i = 0; i < 100; i++)
        {
            await publisher.PublishAllAsync(Enumerable.Repeat(("flood", payload), 20));
            await publisher.PublishAsync("live", $"{i}");
            Assert.Equal($"{i}", (await other.NextAsync()).Text);
        }
    }
}
