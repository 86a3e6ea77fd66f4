using SseFabric.Contracts;

namespace SseFabric.Channels.Sources;

/// <summary>Where a channel's messages come from, besides what is published through the fabric. Any thread.</summary>
public interface IChannelSource
{
    /// <summary>What it is, for the ready line and logs, without secrets: <c>Redis 127.0.0.1:6379</c>.</summary>
    string Description { get; }

    /// <summary>Subscribes a channel for one observer.</summary>
    /// <remarks>An observer that was lost stays subscribed and is told of the return. One observer a channel.</remarks>
    /// <returns>True once every message published from now on reaches <paramref name="observer"/>; false if the server can't be reached now,
    /// and the observer is then not subscribed.</returns>
    ValueTask<bool> SubscribeAsync(ChannelName channel, IChannelSourceObserver observer, CancellationToken cancellationToken);

    /// <summary>Ends the subscription. Nothing is delivered to <paramref name="observer"/> once this has returned. Idempotent.</summary>
    void Unsubscribe(ChannelName channel, IChannelSourceObserver observer);

    /// <summary>Where a channel's messages have an order that is the same for all who hear them; null: nowhere that is known of.</summary>
    IOrderedSource? OrderOf(ChannelName channel) => null;

    /// <summary>Whether nothing ever comes for a channel.</summary>
    bool IsSilent(ChannelName channel) => false;
}
