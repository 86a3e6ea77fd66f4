namespace SseFabric.Contracts;

/// <summary>Takes what the channels deliver to this process. Any thread.</summary>
public interface IFeedSink
{
    /// <summary>Takes batches in order; the task completes when they have been handed to the subscribers, which is the fabric's back-pressure.</summary>
    /// <remarks>
    /// Calls may overlap for different channels, never for one. Batches may repeat events, leave events out, or come for a channel that is not
    /// attached (any more): the sink orders them by cursor and reads what is missing from the history. Never throws.
    /// </remarks>
    ValueTask DeliverAsync(IReadOnlyList<EventBatch> batches);

    /// <summary>Ends streams of this process. Never throws.</summary>
    /// <returns>How many.</returns>
    ValueTask<int> DisconnectAsync(Disconnection disconnection);
}
