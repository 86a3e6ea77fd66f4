using Orleans.Streams;

namespace SseFabric.Grains.Streaming;

/// <summary>One queue for each silo, named after it. This silo's mapper and balancer know this silo's alone, so nobody else ever serves it.</summary>
internal sealed class FrontendQueueMapper(SiloAddress local) : IStreamQueueMapper, IStreamQueueBalancer
{
    private readonly QueueId[] _queues = [QueueOf(local)];

    public IEnumerable<QueueId> GetAllQueues() => _queues;

    public QueueId GetQueueForStream(StreamId streamId) => QueueOf(SiloAddress.FromParsableString(streamId.GetKeyAsString()));

    public Task Initialize(IStreamQueueMapper queueMapper) => Task.CompletedTask;

    public Task Shutdown() => Task.CompletedTask;

    public IEnumerable<QueueId> GetMyQueues() => _queues;

    // Never changes, so nobody is ever told.
    public bool SubscribeToQueueDistributionChangeEvents(IStreamQueueBalanceListener observer) => true;

    public bool UnSubscribeFromQueueDistributionChangeEvents(IStreamQueueBalanceListener observer) => true;

    private static QueueId QueueOf(SiloAddress silo)
    {
        var hash = (uint)silo.GetConsistentHashCode();
        return QueueId.GetQueueId("frontend", hash, hash);
    }
}
