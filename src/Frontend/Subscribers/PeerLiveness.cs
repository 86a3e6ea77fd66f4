using System.Buffers.Binary;
using System.Net.Sockets;

namespace SseFabric.Frontend.Subscribers;

/// <summary>Tells a peer that vanished without closing from one that is merely slow, by what the kernel knows of the connection.</summary>
internal static class PeerLiveness
{
    // Linux: IPPROTO_TCP, TCP_INFO, and offsets in struct tcp_info (include/uapi/linux/tcp.h), which only ever grows at its end.
    private const int Tcp = 6;
    private const int TcpInfo = 11;
    private const int RetransmitsAt = 2;
    private const int UnackedAt = 24;
    private const int LastAckReceivedAt = 56;

    /// <summary>How much of the kernel's <c>tcp_info</c> is looked at, in bytes.</summary>
    public const int InfoLength = 64;

    /// <summary>Has the kernel ask a peer that is sent no heartbeats, after so much silence and as often, whether it is still there.</summary>
    public static void Probe(Socket socket, TimeSpan silence)
    {
        try
        {
            var seconds = Math.Max(1, (int)Math.Ceiling(silence.TotalSeconds));
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, seconds);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, seconds);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 1);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Closed meanwhile, or no TCP: there is nothing to ask.
        }
    }

    /// <summary>Whether data is being sent again and again, and nothing has been acknowledged for <paramref name="patience"/>.</summary>
    /// <remarks>A slow peer with a full receive window still acknowledges; it is left to the queue's policy. Elsewhere than on Linux: never.</remarks>
    public static bool HasVanished(Socket socket, TimeSpan patience)
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        Span<byte> info = stackalloc byte[InfoLength];
        int length;
        try
        {
            length = socket.GetRawSocketOption(Tcp, TcpInfo, info);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Closed meanwhile: the transport tells of that itself.
            return false;
        }

        return HasVanished(info[..length], patience);
    }

    /// <summary>The same, of the kernel's <c>tcp_info</c>.</summary>
    public static bool HasVanished(ReadOnlySpan<byte> info, TimeSpan patience) =>
        info.Length >= LastAckReceivedAt + sizeof(uint)
            && info[RetransmitsAt] > 0
            && BinaryPrimitives.ReadUInt32LittleEndian(info[UnackedAt..]) > 0
            && BinaryPrimitives.ReadUInt32LittleEndian(info[LastAckReceivedAt..]) >= patience.TotalMilliseconds;
}
