using SseFabric.Contracts;

namespace SseFabric.Channels.History;

/// <summary>Events that stay together.</summary>
/// <param name="Events">In order.</param>
/// <param name="IdempotencyKey">Appended once for a key; null: always.</param>
internal sealed record AppendPublish(IReadOnlyList<NewEvent> Events, string? IdempotencyKey);
