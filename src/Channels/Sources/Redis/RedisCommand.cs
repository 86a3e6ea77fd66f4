namespace SseFabric.Channels.Sources.Redis;

/// <summary>A command that the server has been sent and whose confirmations are awaited; they come in order.</summary>
/// <param name="kind">What it is.</param>
/// <param name="subscriptions">Its channels, each confirmed on its own.</param>
internal sealed class RedisCommand(SourceCommandKind kind, IReadOnlyList<SourceSubscription> subscriptions)
{
    public SourceCommandKind Kind { get; } = kind;

    public IReadOnlyList<SourceSubscription> Subscriptions { get; } = subscriptions;

    /// <summary>How many channels have been confirmed.</summary>
    public int Confirmed { get; set; }
}
