using SseFabric.Contracts;

namespace SseFabric.Channels.History;

/// <summary>What a store holds of a channel.</summary>
/// <param name="Page">The retained events and where the channel stands; null if the store has nothing of the channel.</param>
/// <param name="Mark">What was last kept by <see cref="IHistoryStore.BeginEpochAsync"/>; null if nothing was.</param>
internal sealed record StoredHistory(HistoryPage? Page, string? Mark);
