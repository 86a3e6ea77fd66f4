using System.Net.Sockets;

namespace SseFabric.Frontend.Subscribers;

/// <summary>The other end of a connection whose socket is known.</summary>
internal sealed class SocketPeer(Socket socket) : IPeer
{
    public bool HasVanished(TimeSpan patience) => PeerLiveness.HasVanished(socket, patience);

    public void Probe(TimeSpan silence) => PeerLiveness.Probe(socket, silence);
}
