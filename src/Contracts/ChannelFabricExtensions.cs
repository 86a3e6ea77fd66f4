namespace SseFabric.Contracts;

/// <summary>Shorter forms of what a fabric does.</summary>
public static class ChannelFabricExtensions
{
    /// <summary>Publishes events without an idempotency key.</summary>
    public static ValueTask<PublishResult> PublishAsync(
        this IChannelFabric fabric, ChannelName channel, IReadOnlyList<NewEvent> events, CancellationToken cancellationToken) =>
        fabric.PublishAsync(channel, events, idempotencyKey: null, cancellationToken);
}
