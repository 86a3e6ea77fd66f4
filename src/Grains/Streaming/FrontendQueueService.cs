using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using Orleans.Runtime.Services;
using SseFabric.Contracts;
using SseFabric.Contracts.Clustering;

namespace SseFabric.Grains.Streaming;

/// <summary>Puts what other silos send into this silo's queue. Calls interleave.</summary>
[Reentrant]
internal sealed class FrontendQueueService(GrainId id, Silo silo, ILoggerFactory loggers, FrontendQueue queue)
    : GrainService(id, silo, loggers), IFrontendQueueService
{
    public Task<bool> EnqueueAsync(EventBatch[] batches) => queue.EnqueueAsync(batches).AsTask();
}

/// <summary>Reaches the <see cref="FrontendQueueService"/> of a silo.</summary>
internal sealed class FrontendQueueClient(IServiceProvider services) : GrainServiceClient<IFrontendQueueService>(services)
{
    public IFrontendQueueService On(SiloAddress silo) => GetGrainService(silo);
}
