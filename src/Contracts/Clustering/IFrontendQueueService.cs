using Orleans.Services;

namespace SseFabric.Contracts.Clustering;

/// <summary>The way into a silo's queue from another silo.</summary>
[Alias("SseFabric.IFrontendQueueService")]
public interface IFrontendQueueService : IGrainService
{
    /// <summary>Adds batches to the silo's queue, and waits for room if it is full.</summary>
    /// <returns>False if there was no room in time, or the silo is stopping: nothing was added.</returns>
    [Alias("Enqueue"), ResponseTimeout("00:00:10")]
    Task<bool> EnqueueAsync([Immutable] EventBatch[] batches);
}
