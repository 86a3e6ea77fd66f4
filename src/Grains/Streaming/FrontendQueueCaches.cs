using System.Collections.Concurrent;
using Orleans.Streams;

namespace SseFabric.Grains.Streaming;

/// <summary>The cache of each queue, shared by the stream's agent and the receiver. Any thread.</summary>
internal sealed class FrontendQueueCaches(StreamId streamId, TimeProvider time) : IQueueAdapterCache
{
    private readonly ConcurrentDictionary<QueueId, FrontendQueueCache> _caches = new();

    public FrontendQueueCache CreateQueueCache(QueueId queueId) => _caches.GetOrAdd(queueId, _ => new FrontendQueueCache(streamId, time));

    IQueueCache IQueueAdapterCache.CreateQueueCache(QueueId queueId) => CreateQueueCache(queueId);
}
