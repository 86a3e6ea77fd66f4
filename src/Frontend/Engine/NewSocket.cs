using System.Net;

namespace SseFabric.Frontend.Engine;

/// <summary>The beginning of a connection. Used on its loop only.</summary>
internal static class NewSocket
{
    /// <exception cref="System.ComponentModel.Win32Exception">The system refuses; the descriptor is still the caller's.</exception>
    public static void Begin(EngineLoop loop, EngineListener listener, int descriptor, SocketAddress peer)
    {
        var socket = new ServerSocket(loop, descriptor);
        socket.Begin();
        if (!listener.TryGive(new EngineConnection(socket, listener.Pool, listener.Address, (IPEndPoint)listener.Address.Create(peer))))
        {
            socket.Drop();
        }
    }
}
