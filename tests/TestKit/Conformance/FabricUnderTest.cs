using SseFabric.Contracts;

namespace SseFabric.TestKit.Conformance;

/// <summary>A fabric that a conformance suite looks at, with whatever has to live around it.</summary>
public abstract class FabricUnderTest : IAsyncDisposable
{
    public abstract IChannelFabric Fabric { get; }

    /// <summary>Publishes through the source: to the Redis server that the fabric listens to.</summary>
    public virtual Task PublishThroughSourceAsync(string channel, IReadOnlyList<byte[]> payloads) => throw new NotSupportedException("This fabric has no source.");

    /// <summary>How many subscriptions of a channel the source's server sees.</summary>
    public virtual Task<long> SourceSubscriptionsAsync(string channel) => throw new NotSupportedException("This fabric has no source.");

    /// <summary>Breaks the fabric's connection to its source; it is expected to come back by itself.</summary>
    public virtual Task BreakSourceAsync() => throw new NotSupportedException("This fabric has no source.");

    public abstract ValueTask DisposeAsync();
}
