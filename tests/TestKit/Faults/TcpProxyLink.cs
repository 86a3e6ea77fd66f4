using System.Net;
using System.Net.Sockets;

namespace SseFabric.TestKit.Faults;

/// <summary>One relayed connection.</summary>
internal sealed class TcpProxyLink(TcpProxy proxy, Socket client) : IDisposable
{
    private readonly Socket _server = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    public async Task RunAsync(IPEndPoint target)
    {
        try
        {
            client.NoDelay = true;
            await _server.ConnectAsync(target);
            await Task.WhenAll(CopyAsync(client, _server), CopyAsync(_server, client));
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
        {
            // One side has gone, or the test cut the connection: so does the other.
        }

        Dispose();
    }

    /// <summary>Resets both sides.</summary>
    public void Dispose()
    {
        // Lingering for no time at all makes the kernel send a reset.
        client.Close(0);
        _server.Close(0);
    }

    private async Task CopyAsync(Socket from, Socket to)
    {
        var buffer = new byte[16 << 10];
        int read;
        await proxy.PassesAsync(0);
        while ((read = await from.ReceiveAsync(buffer)) > 0)
        {
            if (await proxy.PassesAsync(read))
            {
                for (var sent = 0; sent < read;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, read - sent));
                }
            }
        }

        to.Shutdown(SocketShutdown.Send);
    }
}
