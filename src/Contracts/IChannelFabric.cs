namespace SseFabric.Contracts;

/// <summary>All that a frontend knows of the rest: publish, attach a feed, read the history.</summary>
/// <remarks>
/// <para>Implemented in one process by <c>LocalFabric</c> and across a cluster by <c>ClusterFabric</c>. Any thread. Infrastructure that fails shows as
/// an outcome; exceptions other than <see cref="OperationCanceledException"/> mean a bug.</para>
/// <para>A feed is this process's one attachment to a channel, however many subscribers it has.</para>
/// </remarks>
public interface IChannelFabric
{
    /// <summary>Names the one sink that batches of attached channels go to. Called once, before the first attach.</summary>
    void UseSink(IFeedSink sink);

    /// <summary>Publishes events to a channel, straight to it and not by way of Redis: all in this order without another publisher's between, or none.</summary>
    /// <param name="channel">The channel; it need not have subscribers.</param>
    /// <param name="events">One or more events.</param>
    /// <param name="idempotencyKey">Names this publish on its channel, up to <see cref="PublishResult.MaxIdempotencyKeyLength"/> characters: a second one
    /// with the same key within <see cref="PublishResult.IdempotencyWindow"/> of an accepted one publishes nothing, and answers what that did. Null: none.</param>
    /// <param name="cancellationToken">Gives up waiting; the events may then have been accepted or not.</param>
    ValueTask<PublishResult> PublishAsync(
        ChannelName channel, IReadOnlyList<NewEvent> events, string? idempotencyKey, CancellationToken cancellationToken);

    /// <summary>Attaches this process's feed. Once attached, every event after <see cref="AttachResult.Head"/> goes to the sink. Idempotent.</summary>
    /// <remarks>
    /// Batches may reach the sink before the call returns. The fabric keeps the feed attached until it is detached, through the death of the
    /// channel's owner too: a new owner begins a new epoch, and a beat with it tells the sink.
    /// </remarks>
    /// <param name="channel">The channel.</param>
    /// <param name="lastKnownEpoch">The newest epoch of the channel that this process has seen, 0 if none: the channel's is never older.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask<AttachResult> AttachAsync(ChannelName channel, long lastKnownEpoch, CancellationToken cancellationToken);

    /// <summary>Detaches this process's feed. Idempotent. The channel stays subscribed for its linger.</summary>
    ValueTask DetachAsync(ChannelName channel);

    /// <summary>Tells how many subscribers this process's feed has. Cheap, never blocks; other processes learn it within a second.</summary>
    void ReportSubscribers(ChannelName channel, int count);

    /// <summary>Reads what the channel's history holds after <paramref name="after"/>, all of it if null.</summary>
    /// <returns>The page, or null if the channel's owner can't be reached now.</returns>
    ValueTask<HistoryPage?> ReadHistoryAsync(ChannelName channel, Cursor? after, CancellationToken cancellationToken);

    /// <summary>Has every process end streams: each sink of the fabric is told. May be repeated.</summary>
    ValueTask<DisconnectResult> DisconnectAsync(Disconnection disconnection, CancellationToken cancellationToken);
}
