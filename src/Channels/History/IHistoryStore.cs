using SseFabric.Contracts;

namespace SseFabric.Channels.History;

/// <summary>Keeps histories where they outlive a channel's owner, and numbers what is appended to them. Any thread.</summary>
/// <remarks>
/// Several writers may append to a channel: each append is numbered after what is stored then, so that a reader never sees an offset twice or a hole
/// that isn't one. Every method throws <see cref="HistoryStoreException"/>.
/// </remarks>
internal interface IHistoryStore
{
    /// <summary>What it is, for logs, without secrets.</summary>
    string Description { get; }

    /// <summary>Reads what is retained after a position; all of it if null.</summary>
    Task<StoredHistory> ReadAsync(ChannelName channel, Cursor? after);

    /// <summary>Appends, and trims to the channel's bounds. Sent again with the same number, an append appends nothing and is answered as before.</summary>
    /// <returns>One for each of <see cref="HistoryAppend.Publishes"/>.</returns>
    Task<IReadOnlyList<AppendedPublish>> AppendAsync(ChannelName channel, HistoryAppend append);

    /// <summary>The position after the events that were appended with an idempotency key; null if the store knows none. Works in a store that is full too.</summary>
    Task<Cursor?> FindAsync(ChannelName channel, string idempotencyKey);

    /// <summary>Begins an epoch if it is newer than the stored one, and keeps a mark for <see cref="StoredHistory.Mark"/>.</summary>
    Task BeginEpochAsync(ChannelName channel, long epoch, string mark);

    /// <summary>Forgets the mark; works in a store that is full too.</summary>
    Task ForgetMarkAsync(ChannelName channel);

    /// <summary>Whether a message of the source says that others have appended to the channel.</summary>
    bool IsAnnouncement(ReadOnlySpan<byte> payload);

    /// <summary>A mark of the server's present: equal to another one only if nobody published anything by way of the server between the two. Null if
    /// the server can't tell of this channel.</summary>
    Task<string?> MarkAsync(ChannelName channel);
}
