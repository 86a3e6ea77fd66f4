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
            // The server isn't there, one side was reset, or the test cut the connection.
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
        while ((read = await ReceiveAsync(from, buffer)) > 0)
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

    private async ValueTask<int> ReceiveAsync(Socket from, byte[] buffer)
    {
        try
        {
            return await from.ReceiveAsync(buffer);
        }
        catch (SocketException)
        {
            // It was reset, and takes nothing any more either: the other side is told at once, not when it sends something.
            Dispose();
            throw;
        }
    }
}
