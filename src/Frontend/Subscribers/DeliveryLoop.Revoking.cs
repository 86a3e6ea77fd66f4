namespace SseFabric.Frontend.Subscribers;

// Streams that may not be read any more: they are given nothing that comes from now on, one last event that says so, and the end of the response.
internal partial class DeliveryLoop
{
    /// <summary>It is given nothing more, and the transport has taken what it had been given.</summary>
    public void HasTakenAll(Subscriber subscriber)
    {
        if (subscriber.IsRevoked)
        {
            var reason = subscriber.EndReason == CloseReason.Kicked ? "kicked" : "expired";
            subscriber.WriteIfIdle(subscriber.Set.Format.Revoked(reason, Jittered(_options.Retry)));
        }

        Close(subscriber, subscriber.EndReason);
    }

    private void BeginExpiry(Subscriber subscriber)
    {
        if (subscriber.ExpiresAt != long.MaxValue)
        {
            subscriber.ExpiryTick = Wheel.TickAfter(TimeSpan.FromTicks(subscriber.ExpiresAt - _time.GetUtcNow().UtcTicks));
        }
    }

    // By the clock too, at each look: the wheel stands still while the process does.
    private bool HasExpired(Subscriber subscriber, long now) => Wheel.Now >= subscriber.ExpiryTick || now >= subscriber.ExpiresAt;

    private CloseReason? RevocationOf(Subscriber subscriber) =>
        _revoked.Contains(subscriber.TokenId) ? CloseReason.Kicked
        : HasExpired(subscriber, _time.GetUtcNow().UtcTicks) ? CloseReason.TokenExpired
        : null;

    /// <summary>Ends it in order, if its peer takes within a heartbeat what it has been given before.</summary>
    private void Revoke(Subscriber subscriber, CloseReason reason)
    {
        if (!subscriber.IsRevoked)
        {
            subscriber.EndReason = reason;
            subscriber.ExpiryTick = Wheel.Now;
        }

        if (!subscriber.IsBusy || Wheel.Now >= subscriber.ExpiryTick + Wheel.Heartbeat)
        {
            HasTakenAll(subscriber);
        }
        else
        {
            subscriber.IsEnding = true;
            Wheel.Place(subscriber);
        }
    }

    /// <summary>Ends this loop's streams that are meant by a disconnection.</summary>
    internal sealed class DisconnectItem(ChannelSet[] sets, string? tokenId, Action<int> done) : ILoopItem<DeliveryLoop>
    {
        public void Execute(DeliveryLoop loop)
        {
            IEnumerable<ChannelSet> all = tokenId is null ? sets : loop._sets;
            var meant = all.SelectMany(loop.SubscribersOf).Where(subscriber => tokenId is null || subscriber.TokenId == tokenId).ToArray();
            foreach (var subscriber in meant)
            {
                loop.Revoke(subscriber, CloseReason.Kicked);
            }

            done(meant.Length);
        }
    }
}
