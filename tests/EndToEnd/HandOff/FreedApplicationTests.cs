using SseFabric.TestKit.Http;
using SseFabric.TestKit.Waiting;

namespace SseFabric.EndToEnd.HandOff;

/// <summary>A hand-off lets go of the application at once.</summary>
[Trait("Suite", "EndToEnd")]
public sealed class FreedApplicationTests
{
    private const int Streams = 200;

    [Fact]
    [Trait("Parity", "41")]
    public async Task Streams_Open_OccupyNothingOfTheApplication()
    {
        // An application with one worker: a request that waited for a stream's end would wait for ever.
        using var worker = new SemaphoreSlim(1);
        await using var upstream = ScriptedUpstream.Start(async exchange =>
        {
            await worker.WaitAsync(TestContext.Current.CancellationToken);
            try
            {
                await exchange.AnswerAsync("", exchange.RequestLine.Contains("/stream", StringComparison.Ordinal) ? "X-SSE-OFFLOAD: all\r\n" : "");
            }
            finally
            {
                worker.Release();
            }
        });
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address, "--Fabric:HandOff:MaxConnections=1");
        using var shared = SseClient.NewInvoker();
        var clients = await Task.WhenAll(Enumerable.Range(0, Streams).Select(i => SseClient.JoinAsync(fabric.At($"/stream/{i}"), shared: shared)));

        await fabric.SeeSubscribersAsync("all", Streams);
        Assert.Equal(Streams, await fabric.Publisher.PublishAsync("all", "1"));
        await Eventually.SeeAsync("no request at the application", () => upstream.Open, open => open == 0);
        Assert.Equal(1, upstream.MostOpen);
        Assert.Equal(1, upstream.Connections);

        await using var connection = await fabric.ConnectAsync();
        await connection.GetAsync("/normal");

        Assert.Equal(200, connection.Status);
        foreach (var client in clients)
        {
            Assert.Equal("1", (await client.NextAsync()).Text);
            await client.DisposeAsync();
        }
    }

    [Theory]
    [InlineData(64 << 10, 1)]
    [InlineData(1 << 20, 2)]
    public async Task Answer_WithBody_KeepsTheConnectionIfItIsSmall(int length, int connections)
    {
        var body = new string('x', length);
        await using var upstream = ScriptedUpstream.Start(exchange => exchange.AnswerAsync(
            exchange.RequestLine.Contains("/stream", StringComparison.Ordinal) ? body : "ok", exchange.RequestLine.Contains("/stream", StringComparison.Ordinal) ? "X-SSE-OFFLOAD: a\r\n" : ""));
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address, "--Fabric:HandOff:MaxConnections=1");
        await using var subscriber = await SseClient.JoinAsync(fabric.At("/stream"));
        await using var connection = await fabric.ConnectAsync();

        await connection.GetAsync("/");

        Assert.Equal("ok", await connection.ReadToEndAsync());
        Assert.Equal(connections, upstream.Connections);
        await fabric.SeeSubscribersAsync("a", 1);
    }

    [Fact]
    public async Task Answer_WithoutEnd_IsClosedOnTheApplication()
    {
        var closed = new TaskCompletionSource();
        await using var upstream = ScriptedUpstream.Start(async exchange =>
        {
            await exchange.SendAsync("HTTP/1.1 200 OK\r\nX-SSE-OFFLOAD: a\r\n\r\n");
            await exchange.WaitForCloseAsync();
            closed.SetResult();
        });
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address);
        await using var subscriber = await SseClient.JoinAsync(fabric.At("/"));

        await closed.Task.Within("the end of the connection to the application");

        await fabric.SeeSubscribersAsync("a", 1);
        Assert.Equal(1, await fabric.Publisher.PublishAsync("a", "1"));
        Assert.Equal("1", (await subscriber.NextAsync()).Text);
    }

    [Fact]
    [Trait("Parity", "46")]
    public async Task Client_OfHttp10_GetsAStreamThatEndsWithTheConnection()
    {
        await using var upstream = ScriptedUpstream.Answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX-SSE-OFFLOAD: a\r\n\r\n");
        await using var fabric = await GovernedFabric.StartAsync(upstream.Address);
        await using var connection = await fabric.ConnectAsync();

        await connection.SendAsync("GET / HTTP/1.0\r\n\r\n");
        await connection.ReadHeadAsync();
        await connection.ReadBodyUntilAsync("the first block", body => body.EndsWith("\n\n", StringComparison.Ordinal));
        await fabric.Publisher.PublishAsync("a", "1");
        await connection.ReadBodyUntilAsync("the event", body => body.EndsWith("data: 1\n\n", StringComparison.Ordinal));

        Assert.Null(connection.Header("Transfer-Encoding"));
        Assert.Null(connection.Header("Content-Length"));
        Assert.Equal(upstream.Address.Authority, upstream.Exchanges.Single().Header("Host"));
    }
}
