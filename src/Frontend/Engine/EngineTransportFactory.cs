using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using SseFabric.Frontend.Subscribers;

namespace SseFabric.Frontend.Engine;

/// <summary>Kestrel's transport for addresses of IP, on the engine's loops: its connections can be detached, and become streams that the loops write themselves.</summary>
/// <param name="loops">The engine's loops.</param>
/// <param name="pools">Makes the pool of what the server reads and writes.</param>
/// <param name="lanes">The short way of plain requests, where the host has it: nothing else of the host sees them.</param>
/// <param name="logger">Is told of connections that can't be accepted.</param>
internal sealed class EngineTransportFactory(DeliveryLoops loops, IMemoryPoolFactory<byte> pools, IEnumerable<ExpressLane> lanes, ILogger<EngineListener> logger) : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    /// <summary>How many connections the kernel keeps that wait to be accepted.</summary>
    private const int Backlog = 4096;

    private readonly MemoryPool<byte> _pool = pools.Create();
    private readonly EngineLoop[] _loops = [.. loops.All.Cast<EngineLoop>()];

    /// <inheritdoc/>
    public bool CanBind(EndPoint endpoint) => endpoint is IPEndPoint;

    /// <inheritdoc/>
    /// <exception cref="AddressInUseException">Somebody else listens there.</exception>
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        Socket? socket = null;
        try
        {
            socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
            socket.Blocking = false;

            // Inherited by what is accepted, as on Linux all such options are.
            socket.NoDelay = true;
            socket.Listen(Backlog);
        }
        catch (SocketException exception)
        {
            socket?.Dispose();
            throw exception.SocketErrorCode == SocketError.AddressAlreadyInUse ? new AddressInUseException(exception.Message, exception) : exception;
        }

        return ValueTask.FromResult<IConnectionListener>(new EngineListener(socket, _loops, _pool, lanes.FirstOrDefault(lane => lane.IsFor((IPEndPoint)endpoint)), logger));
    }
}
