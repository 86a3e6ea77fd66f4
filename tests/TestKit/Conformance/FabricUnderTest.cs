using SseFabric.Contracts;
using SseFabric.TestKit.Redis;
using SseFabric.TestKit.Waiting;

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

    /// <summary>Ends the fabric and begins another one on the same server: nothing of its memory remains.</summary>
    public virtual Task RestartAsync() => throw new NotSupportedException("This fabric remembers nothing.");

    /// <summary>The Redis server that keeps the histories.</summary>
    public virtual RedisServer Server => throw new NotSupportedException("This fabric has no server.");

    /// <summary>What the fabric's owners of channels have counted.</summary>
    public virtual MetricRecorder Counted => throw new NotSupportedException("This fabric's counters aren't recorded.");

    public abstract ValueTask DisposeAsync();
}
