using SseFabric.Channels.Sources;
using SseFabric.Contracts;

namespace SseFabric.Channels.Ordering;

/// <summary>Where what a channel's source and publishers give goes in: straight to its <see cref="ChannelCore"/>, or recorded in a store first. Any thread.</summary>
public interface IChannelIntake : IChannelSourceObserver
{
    /// <summary>Makes sure that what was recorded before is known, without which the channel can't be read or attached to.</summary>
    /// <returns>False if it can't be known now.</returns>
    ValueTask<bool> OpenAsync(CancellationToken cancellationToken);

    /// <summary>Waits until everything that came before has been numbered, and the channel's epoch is not older than the given one.</summary>
    /// <returns>False if that can't be said now.</returns>
    ValueTask<bool> SettleAsync(long lastKnownEpoch, CancellationToken cancellationToken);

    /// <summary>Publishes events in this order without another's between, or none.</summary>
    /// <param name="events">One or more.</param>
    /// <param name="idempotencyKey">Names this publish, so that a second one with the same key publishes nothing; null: none.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    ValueTask<PublishResult> PublishAsync(IReadOnlyList<NewEvent> events, string? idempotencyKey, CancellationToken cancellationToken);

    /// <summary>Goes on where another owner has ended, with nothing of the source missed in between. Before anything else is given to it.</summary>
    /// <param name="head">Where the channel stood then.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>False if that can't be done: what the source brings begins with its <see cref="IChannelSourceObserver.OnSubscribed"/> then.</returns>
    ValueTask<bool> ContinueAsync(Cursor head, CancellationToken cancellationToken);

    /// <summary>Ends it: what has come in is seen through, within two seconds.</summary>
    /// <returns>Whether all of it was, so that another owner can go on from here.</returns>
    Task<bool> CloseAsync();
}
