namespace SseFabric.Frontend.Subscribers;

// The moment at which a subscriber is there: between two walks.
internal partial class DeliveryLoop
{
    private void Join(Subscriber subscriber, byte[] opening, Backlog? missed)
    {
        Add(subscriber);
        subscriber.HeartbeatTicks = HeartbeatTicks(subscriber);
        subscriber.SteadySince = subscriber.Set.Format.Behaviour.HeartbeatIsSteady ? Wheel.Now : null;
        if (subscriber.IsPoll)
        {
            BeginPoll(subscriber);
        }
        else if (_options.MaxAge is { } maxAge)
        {
            subscriber.EndTick = Wheel.Now + Wheel.TicksIn(maxAge * (0.8 + (0.2 * Random.Shared.NextDouble())));
            subscriber.EndReason = CloseReason.MaxAge;
        }

        BeginExpiry(subscriber);
        if (RevocationOf(subscriber) is { } revocation)
        {
            // While it waited for its channels: it is given nothing of them.
            Revoke(subscriber, revocation);
            return;
        }

        subscriber.Begin(opening, missed);
        if (!subscriber.IsClosed)
        {
            Wheel.Place(subscriber);
        }
    }

    /// <summary>A subscriber that the fan-out has joined to its channels.</summary>
    internal sealed class JoinItem(Subscriber subscriber, byte[] opening, Backlog? missed) : ILoopItem<DeliveryLoop>
    {
        public void Execute(DeliveryLoop loop) => loop.Join(subscriber, opening, missed);

        public void Fail(DeliveryLoop loop, Exception exception) => loop.Close(subscriber, CloseReason.Fault);
    }

    /// <summary>The client of a subscriber is gone.</summary>
    internal sealed class GoneItem(Subscriber subscriber) : ILoopItem<DeliveryLoop>
    {
        public void Execute(DeliveryLoop loop) => loop.Close(subscriber, CloseReason.ClientGone);
    }

    /// <summary>All subscribers of a set are closed.</summary>
    internal sealed class CloseSetItem(ChannelSet set, CloseReason reason) : ILoopItem<DeliveryLoop>
    {
        public void Execute(DeliveryLoop loop)
        {
            foreach (var subscriber in loop.SubscribersOf(set).ToArray())
            {
                loop.Close(subscriber, reason);
            }
        }
    }
}
