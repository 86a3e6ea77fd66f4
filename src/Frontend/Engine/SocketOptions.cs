using SseFabric.Frontend.Subscribers;

namespace SseFabric.Frontend.Engine;

/// <summary>What the kernel is asked and told of a descriptor's connection.</summary>
internal static class SocketOptions
{
    // SOL_SOCKET with SO_LINGER and SO_KEEPALIVE, IPPROTO_TCP with TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT and TCP_INFO.
    private const int Socket = 1;
    private const int Linger = 13;
    private const int KeepAlive = 9;
    private const int Tcp = 6;
    private const int KeepAliveTime = 4;
    private const int KeepAliveInterval = 5;
    private const int KeepAliveRetries = 6;
    private const int TcpInfo = 11;

    /// <summary>As <see cref="PeerLiveness.HasVanished(ReadOnlySpan{byte}, TimeSpan)"/>.</summary>
    public static bool HasVanished(int descriptor, TimeSpan patience)
    {
        Span<byte> info = stackalloc byte[PeerLiveness.InfoLength];
        var length = info.Length;
        return Libc.GetOption(descriptor, Tcp, TcpInfo, ref info[0], ref length) == 0 && PeerLiveness.HasVanished(info[..length], patience);
    }

    /// <summary>Has the kernel ask the peer, after so much silence and as often, whether it is still there.</summary>
    public static void Probe(int descriptor, TimeSpan silence)
    {
        var seconds = Math.Max(1, (int)Math.Ceiling(silence.TotalSeconds));
        Set(descriptor, Socket, KeepAlive, 1);
        Set(descriptor, Tcp, KeepAliveTime, seconds);
        Set(descriptor, Tcp, KeepAliveInterval, seconds);
        Set(descriptor, Tcp, KeepAliveRetries, 1);
    }

    /// <summary>Has the close throw away what the peer hasn't taken.</summary>
    public static void Abandon(int descriptor) => Set(descriptor, Socket, Linger, 1, 0);

    private static void Set(int descriptor, int level, int option, params ReadOnlySpan<int> values)
    {
        Span<byte> bytes = stackalloc byte[values.Length * sizeof(int)];
        System.Runtime.InteropServices.MemoryMarshal.AsBytes(values).CopyTo(bytes);
        _ = Libc.SetOption(descriptor, level, option, ref bytes[0], bytes.Length);
    }
}
