using System.Net.Sockets;
using System.Text;
using SseFabric.TestKit.Http;
using SseFabric.TestKit.Waiting;

namespace SseFabric.EndToEnd.Publishing;

/// <summary>The limit of a body counts while it comes in.</summary>
[Trait("Suite", "EndToEnd")]
public sealed class BodyLimitTests(PublishFixture fixture) : IClassFixture<PublishFixture>
{
    private const int Tolerated = 16 << 20;

    [Theory]
    [InlineData(100, 200)]
    [InlineData(101, 413)]
    public async Task Body_AtTheLimitAndAbove(int bytes, int status)
    {
        foreach (var isChunked in new[] { false, true })
        {
            var body = new string('x', bytes);
            await using var connection = await RawHttpConnection.ConnectAsync(fixture.Fabric.Address);
            await connection.SendAsync(isChunked
                ? $"{Head("/channels/small-limit/events", "Transfer-Encoding: chunked")}{string.Concat(body.Select(one => $"1;x=y\r\n{one}\r\n"))}0\r\n\r\n"
                : $"{Head("/channels/small-limit/events", $"Content-Length: {bytes}")}{body}");
            await connection.ReadHeadAsync();

            Assert.Equal(status, connection.Status);
            Assert.True(status == 200 || (await connection.ReadToEndAsync()).Contains("100", StringComparison.Ordinal));
        }
    }

    /// <summary>The server's own limit of 30 MB doesn't stand before the channel's.</summary>
    [Fact]
    public async Task Body_ChunkedWithLongFraming_CountsItsDataAlone()
    {
        var chunk = $"1;{new string('x', 4000)}\r\ny\r\n";
        await using var connection = await RawHttpConnection.ConnectAsync(fixture.Fabric.Address);

        await connection.SendAsync(Head("/channels/c/events", "Transfer-Encoding: chunked"));
        for (var i = 0; i < 100; i++)
        {
            await connection.SendAsync(string.Concat(Enumerable.Repeat(chunk, 80)));
        }

        await connection.SendAsync("0\r\n\r\n");
        await connection.ReadHeadAsync();

        Assert.Equal(200, connection.Status);
    }

    [Theory]
    [InlineData("/channels/small-limit/events", "Transfer-Encoding: chunked", 413)]
    [InlineData("/channels/small-limit/events", "Content-Length: 999999999", 413)]
    [InlineData("/channels/small-limit/events", "Transfer-Encoding: chunked\r\nOrigin: https://page.example", 403)]
    [InlineData("/publish", "Transfer-Encoding: chunked\r\nContent-Type: text/plain", 415)]
    public async Task Body_Endless_IsAnsweredAndTheConnectionEndsSoon(string target, string headers, int status)
    {
        var chunk = Encoding.ASCII.GetBytes($"10000\r\n{new string('x', 0x10000)}\r\n");
        await using var connection = await RawHttpConnection.ConnectAsync(fixture.Fabric.Address, receiveBuffer: 64 << 10);
        await connection.SendAsync(Head(target, headers));

        var sent = 0L;
        var sending = Task.Run(async () =>
        {
            try
            {
                for (; sent < 1L << 30; sent += chunk.Length)
                {
                    await connection.SendAsync(chunk);
                }
            }
            catch (SocketException)
            {
                // The end that is awaited.
            }
        }, TestContext.Current.CancellationToken);
        await connection.ReadHeadAsync();

        Assert.Equal((status, "close"), (connection.Status, connection.Header("Connection")));
        await sending.Within("the end of the connection", () => $"{sent} bytes sent");
        Assert.InRange(sent, 1, Tolerated);
    }

    /// <summary>Who asks first sends nothing of what is refused.</summary>
    [Theory]
    [InlineData(101, 413)]
    [InlineData(100, 100)]
    public async Task Expect_Continue_IsAnsweredBeforeTheBody(int bytes, int status)
    {
        await using var connection = await RawHttpConnection.ConnectAsync(fixture.Fabric.Address);

        await connection.SendAsync(Head("/channels/small-limit/events", $"Content-Length: {bytes}\r\nExpect: 100-continue"));
        await connection.ReadHeadAsync();

        Assert.Equal(status, connection.Status);
        if (status == 100)
        {
            await connection.SendAsync(new string('x', bytes));
            await connection.ReadHeadAsync();
            Assert.Equal(200, connection.Status);
        }
    }

    [Fact]
    public async Task Batch_Above32MiB_Is413()
    {
        await using var connection = await RawHttpConnection.ConnectAsync(fixture.Fabric.Address);

        await connection.SendAsync(Head("/publish", $"Content-Type: application/json\r\nContent-Length: {(32 << 20) + 1}"));
        await connection.ReadHeadAsync();

        Assert.Equal(413, connection.Status);
        Assert.Contains($"{32 << 20}", await connection.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("zz\r\n")]
    [InlineData("-1\r\nx\r\n")]
    public async Task Body_BadChunk_Is400(string chunk)
    {
        await using var connection = await RawHttpConnection.ConnectAsync(fixture.Fabric.Address);

        await connection.SendAsync(Head("/channels/c/events", "Transfer-Encoding: chunked") + chunk);
        await connection.ReadHeadAsync();

        Assert.Equal(400, connection.Status);
    }

    /// <summary>Two requests on one connection, sent together.</summary>
    [Fact]
    public async Task Requests_Pipelined_AreAnsweredInTurn()
    {
        var channel = FrontendFixture.Unique();
        await using var subscriber = await fixture.JoinAsync(channel);
        await using var connection = await RawHttpConnection.ConnectAsync(fixture.Fabric.Address);

        await connection.SendAsync($"{Head($"/channels/{channel}/events", "Content-Length: 1")}a{Head($"/channels/{channel}/events", "Content-Length: 1\r\nConnection: close")}b");
        await connection.ReadHeadAsync();
        await connection.WaitForCloseAsync();

        Assert.Equal(["a", "b"], (await subscriber.TakeAsync(2)).Select(received => received.Text));
    }

    private static string Head(string target, string headers) => $"POST {target} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n\r\n";
}
