using SseFabric.Contracts;

namespace SseFabric.Frontend.Subscribers;

// Streams that may not be read any more: they are given nothing that comes from now on, one last event that says so, and the end of the response.
internal sealed partial class FanOut
{
    /// <inheritdoc/>
    public ValueTask<int> DisconnectAsync(Disconnection disconnection)
    {
        if (disconnection.TokenId is { } id)
        {
            _revoked.Add(id);
        }

        var item = new DisconnectItem(disconnection);
        Post(item);
        return new ValueTask<int>(item.Done.Task);
    }

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

    private int Disconnect(Disconnection disconnection)
    {
        var meant = (disconnection.Channel is { } channel
            ? _feeds.TryGetValue(channel, out var feed) ? feed.Groups.SelectMany(group => group.Sets).SelectMany(entry => entry.Set.Subscribers) : []
            : _sets.Values.SelectMany(set => set.Subscribers).Where(subscriber => subscriber.TokenId == disconnection.TokenId)).ToArray();
        foreach (var subscriber in meant)
        {
            Revoke(subscriber, CloseReason.Kicked);
        }

        return meant.Length;
    }

    private sealed class DisconnectItem(Disconnection disconnection) : ILoopItem
    {
        public TaskCompletionSource<int> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Execute(FanOut loop) => Done.SetResult(loop.Disconnect(disconnection));
    }
}
