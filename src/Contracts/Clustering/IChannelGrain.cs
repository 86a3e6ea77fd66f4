namespace SseFabric.Contracts.Clustering;

/// <summary>A channel's owner, one in the cluster. The key is the channel's name.</summary>
/// <remarks>
/// <para>A frontend names itself by its silo address, which no later process ever has again. Of two requests of one frontend the one with the higher
/// generation counts, in whatever order they arrive.</para>
/// <para>Calls fail with an <see cref="OrleansException"/> or a <see cref="TimeoutException"/> while no silo can host the channel.</para>
/// </remarks>
[Alias("SseFabric.IChannelGrain")]
public interface IChannelGrain : IGrainWithStringKey
{
    /// <summary>Attaches a frontend's feed: its stream gets every event after the returned head. Idempotent.</summary>
    /// <param name="frontend">The frontend.</param>
    /// <param name="generation">The frontend's count of attaches and detaches, growing.</param>
    /// <param name="lastKnownEpoch">The newest epoch of the channel that the frontend has seen, 0 if none: the channel's is never older.</param>
    /// <param name="subscribers">How many subscribers the feed has.</param>
    /// <param name="cancellationToken">Gives up waiting for the source.</param>
    [Alias("Attach"), ResponseTimeout("00:00:05")]
    Task<ChannelAttachment> AttachAsync(SiloAddress frontend, long generation, long lastKnownEpoch, int subscribers, CancellationToken cancellationToken);

    /// <summary>Detaches a frontend's feed, if it was attached by an earlier generation. Idempotent.</summary>
    [Alias("Detach"), ResponseTimeout("00:00:05")]
    Task DetachAsync(SiloAddress frontend, long generation);

    /// <summary>Publishes events in this order without another's between; nothing, if an idempotency key was used before.</summary>
    [Alias("Publish"), ResponseTimeout("00:00:05")]
    Task<PublishResult> PublishAsync([Immutable] NewEvent[] events, string? idempotencyKey);

    /// <summary>Reads what the history holds after <paramref name="after"/>, all of it if null.</summary>
    /// <returns>Null if the history's store can't be reached now.</returns>
    [Alias("ReadHistory"), ResponseTimeout("00:00:05")]
    Task<HistoryPage?> ReadHistoryAsync(Cursor? after);

    /// <summary>Tells how many subscribers a frontend's feed has. Ignored if the feed isn't attached.</summary>
    [Alias("ReportSubscribers"), ResponseTimeout("00:00:05")]
    Task ReportSubscribersAsync(SiloAddress frontend, int count);

    /// <summary>What is counted of the channel.</summary>
    [Alias("Count"), ResponseTimeout("00:00:02")]
    Task<ChannelCount> CountAsync();

    /// <summary>Makes sure that the channel hears its source, and keeps it subscribed if it is <c>AlwaysOn</c>.</summary>
    /// <returns>False if the source can't be reached now.</returns>
    [Alias("EnsureSubscribed"), ResponseTimeout("00:00:05")]
    Task<bool> EnsureSubscribedAsync();
}
