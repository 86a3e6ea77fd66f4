using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Hosting;

namespace SseFabric.Grains.Hosting;

/// <summary>Refuses to start beside another process on the same silo port.</summary>
/// <remarks>
/// Orleans listens with SO_REUSEPORT: a second process would start without a complaint, declare the first one dead as its own former self, and get
/// half of its connections.
/// </remarks>
internal sealed class SiloPortCheck(IPEndPoint endpoint) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var listener = new TcpListener(endpoint);
            listener.Start();
        }
        catch (SocketException exception)
        {
            throw new IOException($"The silo can't listen on {endpoint} (Cluster:SiloPort): {exception.Message}.", exception);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
