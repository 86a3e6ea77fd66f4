namespace SseFabric.Frontend.Subscribers;

/// <summary>Why a stream ended. The numbers are fixed: they stand in logs and metrics.</summary>
public enum CloseReason
{
    /// <summary>The client closed the connection, or it broke. Reconnect: as the client likes.</summary>
    ClientGone = 1,

    /// <summary>The queue was full and the policy is to close. Reconnect: yes, and resume.</summary>
    Slow = 2,

    /// <summary>The peer acknowledged nothing for a heartbeat: vanished without closing, or took nothing for a heartbeat of a poll or stream that was over. Reconnect: yes.</summary>
    Unresponsive = 3,

    /// <summary>This process is ending as planned. Reconnect: yes, elsewhere.</summary>
    Drain = 4,

    /// <summary>The stream reached its greatest age. Reconnect: yes.</summary>
    MaxAge = 5,

    /// <summary>A poll got its events, or waited long enough. Reconnect: yes, and resume.</summary>
    PollEnd = 6,

    /// <summary>The source of one of its channels was lost, and the stream's format doesn't outlive that. Reconnect: yes, and find out.</summary>
    SourceLost = 7,

    /// <summary>The permission to read it, such as a token, has expired. Reconnect: with a new one.</summary>
    TokenExpired = 8,

    /// <summary>It was ended by whoever runs the fabric. Reconnect: as the client likes; with a token that was meant, in vain.</summary>
    Kicked = 9,

    /// <summary>The publisher of one of its channels ended it. Reconnect: as the client likes.</summary>
    PublisherEnded = 10,

    /// <summary>A fault of the fabric's own; the log has it. Reconnect: at once, it resumes.</summary>
    Fault = 11,
}
