using SseFabric.Client;

namespace SseFabric.TestKit.Client;

/// <summary>A publisher that the conformance suite looks at, with whatever has to live around it.</summary>
public abstract class PublisherUnderTest : IAsyncDisposable
{
    public abstract IChannelPublisher Publisher { get; }

    /// <summary>The largest event, in bytes, that the channels take, and the publisher knows or is told of.</summary>
    public int MaxEventBytes { get; init; } = 4096;

    /// <summary>Whether an answer tells the id.</summary>
    public bool TellsIds { get; init; } = true;

    /// <summary>Begins to look at what arrives on a channel.</summary>
    public abstract Task<IArrivals> FollowAsync(string channel);

    /// <summary>Takes away what the publisher publishes to; false if it can't be.</summary>
    public virtual Task<bool> TakeAwayAsync() => Task.FromResult(false);

    public abstract ValueTask DisposeAsync();
}
