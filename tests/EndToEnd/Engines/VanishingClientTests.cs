using System.Net.Sockets;
using SseFabric.TestKit.Http;
using SseFabric.TestKit.Processes;
using SseFabric.TestKit.Waiting;

namespace SseFabric.EndToEnd.Engines;

/// <summary>Clients that go while the server answers them, as clients do: no fault of the program's.</summary>
[Trait("Suite", "EndToEnd")]
public sealed class VanishingClientTests
{
    private const int Clients = 10;
    private static readonly string s_requests = string.Concat(Enumerable.Repeat("GET /stats HTTP/1.1\r\nHost: h\r\n\r\n", 200));

    [Fact]
    public async Task Answer_ClientResetsMeanwhile_LogsNoError()
    {
        await using var fabric = await SseFabricProcess.StartAsync();
        for (var i = 0; i < Clients; i++)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await using var connection = await RawHttpConnection.ConnectAsync(socket, fabric.Address);
            await connection.SendAsync(s_requests);
            await socket.ReceiveAsync(new byte[1], SocketFlags.None, TestContext.Current.CancellationToken).AsTask().Within("the first of many answers");

            // With a reset.
            socket.Close(0);
        }

        Assert.Equal(0, await fabric.Process.TerminateAsync());
        Assert.DoesNotContain(fabric.Process.Output, line => line.Contains(" fail: ", StringComparison.Ordinal));
    }
}
