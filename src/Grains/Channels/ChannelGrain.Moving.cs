using Orleans.Runtime.Placement;
using SseFabric.Channels.Ordering;
using SseFabric.Contracts.Clustering;
using SseFabric.Grains.Moves;

namespace SseFabric.Grains.Channels;

// A planned move: the silo ends, and the channel goes on elsewhere as if nothing had happened.
internal sealed partial class ChannelGrain : IGrainMigrationParticipant
{
    private static readonly TimeSpan s_feedPatience = TimeSpan.FromSeconds(2);

    private bool _isMoving;

    /// <summary>The channel's former owner has sent this one here.</summary>
    public void OnRehydrate(IRehydrationContext context) => _isMoving = true;

    // What there is to take goes another way: Orleans sends the states of a thousand grains in one message.
    public void OnDehydrate(IDehydrationContext context)
    {
    }

    private Task<Departure?> LeaveAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        var isWanted = reason.ReasonCode == DeactivationReasonCode.ShuttingDown && !cancellationToken.IsCancellationRequested && (_core.HasBegun || _feeds.Count > 0 || _core.RemembersKeys);
        return isWanted ? departures.LeaveAsync(Name, IsSubscribed ? _observer : null) : Task.FromResult<Departure?>(null);
    }

    /// <summary>Hands over what the next owner goes on from, and goes there. Nothing comes in any more.</summary>
    private async Task MoveAsync(Departure departure, bool isComplete, CancellationToken cancellationToken)
    {
        await Task.WhenAll(_feeds.All.Select(feed => feed.Pumping))
            .WaitAsync(s_feedPatience, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        if (await departures.HandOverAsync(departure.Target, Left(departure.IsUnbroken && isComplete)))
        {
            GrainContext.Migrate(new Dictionary<string, object> { [IPlacementDirector.PlacementHintKey] = departure.Target }, cancellationToken);
        }
    }

    private MovedChannel Left(bool isUnbroken) => new(
        Name.Value,
        _core.Head,
        _intake == _core ? _core.Read(after: null) : null,
        [.. _core.Keys().Select(key => new MovedKey(key.Key, key.Last, key.Age))],
        [.. _feeds.All.Where(feed => !feed.Frontend.Equals(silo.SiloAddress)).Select(feed => new MovedFeed(feed.Frontend, feed.Generation, feed.Subscribers))],
        _alwaysOn,
        IsSubscribed,
        isUnbroken);

    /// <summary>Goes on from what the former owner has left.</summary>
    private async Task ContinueAsync(ChannelArrival arrival, MovedChannel left, CancellationToken cancellationToken)
    {
        if (left.History is { } history)
        {
            _core.Restore(history);
        }

        _core.Restore([.. left.Keys.Select(key => new PublishedKey(key.Key, key.Last, key.Age))]);
        _alwaysOn = left.IsAlwaysOn;
        var isUnbroken = left.IsUnbroken && left.IsSubscribed && await _intake.ContinueAsync(left.Head, cancellationToken);
        if (!isUnbroken)
        {
            // What comes is told in an epoch of its own then.
            arrival.Dispose();
        }

        if (!left.IsSubscribed || !await _intake.OpenAsync(cancellationToken))
        {
            return;
        }

        foreach (var moved in left.Feeds.Where(feed => !sender.IsGone(feed.Frontend)))
        {
            _core.Attach(_feeds.Attach(moved.Frontend, moved.Generation, moved.Subscribers, WakeOf(moved.Frontend)).Lane, lastKnownEpoch: 0);
        }

        _core.Traffic.Count(_feeds.Subscribers);
        Log.Continued(logger, Name, left.Head, _feeds.Count, isUnbroken);
        if (isUnbroken && arrival.Relay is { } relay)
        {
            _observer = relay;
            _subscribing = Task.FromResult(true);
            relay.HandTo(_intake);
        }
        else
        {
            // If the source is away, the frontends ask for it until it isn't.
            await SubscribeAsync(cancellationToken);
        }
    }
}
