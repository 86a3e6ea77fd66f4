namespace SseFabric.Frontend.Engine;

/// <summary>What epoll tells of a descriptor, and is asked for.</summary>
[Flags]
internal enum PollEvents : uint
{
    None = 0,
    In = 0x1,
    Out = 0x4,
    Error = 0x8,
    HangUp = 0x10,
    PeerHangUp = 0x2000,

    /// <summary>One of several loops is woken, not all.</summary>
    Exclusive = 1u << 28,

    /// <summary>Told once for each change, not as long as it holds.</summary>
    Edge = 1u << 31,

    /// <summary>All that a connection is watched for, once and for all.</summary>
    Connection = In | Out | PeerHangUp | Edge,

    /// <summary>The connection has ended, or one half of it.</summary>
    Ended = Error | HangUp | PeerHangUp,
}
