using Orleans.Streams;

namespace SseFabric.Grains.Streaming;

/// <summary>Hands what is in the silo's queue to the stream's agent: all at once, as soon as what it got before is delivered. Agent's scheduler.</summary>
/// <remarks>
/// The agent reads again and again as long as a read brings something, and otherwise on its timer. Waiting here instead makes the stream
/// event-driven. The wait has an end only so that an agent that was told to stop outside of the silo's own shutdown can.
/// </remarks>
internal sealed class FrontendQueueReceiver(FrontendQueue queue, FrontendQueueCache cache) : IQueueAdapterReceiver
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private long _sequence;

    public Task Initialize(TimeSpan timeout) => Task.CompletedTask;

    public async Task<IList<IBatchContainer>> GetQueueMessagesAsync(int maxCount)
    {
        if (_sequence == 0)
        {
            // Nothing, to begin with: the agent registers the stream and wakes the frontend's grain now, and not at the first event.
            return [new FrontendBatchContainer(cache.StreamId, [], ++_sequence)];
        }

        // Until then the queue fills, its givers feel it, and what piles up becomes one delivery.
        if (!await cache.WaitUntilDrainedAsync(s_patience, queue.Completion) || await queue.TakeAsync(s_patience) is not { } batches)
        {
            return [];
        }

        return [new FrontendBatchContainer(cache.StreamId, batches, ++_sequence)];
    }

    public Task MessagesDeliveredAsync(IList<IBatchContainer> messages) => Task.CompletedTask;

    public Task Shutdown(TimeSpan timeout) => Task.CompletedTask;
}
