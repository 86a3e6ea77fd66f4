using System.Collections.Concurrent;
using Orleans.Streams;
using SseFabric.Contracts;
using SseFabric.Contracts.Clustering;

namespace SseFabric.Grains.Streaming;

/// <summary>Carries the batches of a frontend's stream to the queue of the frontend's silo. Any thread.</summary>
internal sealed class FrontendQueueAdapter(string name, SiloAddress local, FrontendQueue queue, FrontendQueueClient client, FrontendQueueCaches caches)
    : IQueueAdapter
{
    private readonly ConcurrentDictionary<SiloAddress, FrontendOutbox> _outboxes = new();

    public string Name => name;

    public bool IsRewindable => false;

    public StreamProviderDirection Direction => StreamProviderDirection.ReadWrite;

    /// <summary>Completes once the frontend's silo has the events.</summary>
    /// <exception cref="FrontendQueueFullException">It has no room for them, or is stopping.</exception>
    public async Task QueueMessageBatchAsync<T>(StreamId streamId, IEnumerable<T> events, StreamSequenceToken token, Dictionary<string, object> requestContext)
    {
        if (events is not IEnumerable<EventBatch> batches || streamId.GetNamespace() != IFrontendGrain.StreamNamespace)
        {
            throw new NotSupportedException($"This provider carries {nameof(EventBatch)} on streams of {IFrontendGrain.StreamNamespace}, not {typeof(T).Name} on {streamId}.");
        }

        var target = SiloAddress.FromParsableString(streamId.GetKeyAsString());
        var taken = true;
        if (target.Equals(local))
        {
            taken = await queue.EnqueueAsync(batches as IReadOnlyList<EventBatch> ?? [.. batches]);
        }
        else
        {
            var outbox = _outboxes.GetOrAdd(target, static (silo, client) => new FrontendOutbox(client.On(silo)), client);
            foreach (var batch in batches)
            {
                taken &= await outbox.SendAsync(batch);
            }
        }

        if (!taken)
        {
            throw new FrontendQueueFullException($"The frontend {target} has not taken a batch within {FrontendQueue.Patience}, or is stopping.");
        }
    }

    public IQueueAdapterReceiver CreateReceiver(QueueId queueId) => new FrontendQueueReceiver(queue, caches.CreateQueueCache(queueId));

    /// <summary>Forgets a silo that is no more.</summary>
    public void Forget(SiloAddress silo) => _outboxes.TryRemove(silo, out _);
}
