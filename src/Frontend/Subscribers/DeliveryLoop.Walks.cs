using SseFabric.Frontend.Engine;
using SseFabric.Frontend.Framing;

namespace SseFabric.Frontend.Subscribers;

// Walks: what the fan-out has to give to this loop's subscribers in one go.
internal partial class DeliveryLoop
{
    private void Walk(List<(ChannelSet Set, FrameBlock Block)> deliveries, Hold? hold)
    {
        _walking = hold;
        foreach (var (set, block) in deliveries)
        {
            var subscribers = SubscribersOf(set);
            hold?.Walked += subscribers.Count;

            // Backwards: what is closed meanwhile leaves the list, and only those already seen move up.
            for (var i = subscribers.Count - 1; i >= 0; i--)
            {
                if (i >= 2)
                {
                    // In the cache by the time that it is their turn: a walk is longer than any cache.
                    Prefetch.Object(subscribers[i - 2]);
                    subscribers[i - 1].Expect();
                }

                Write(subscribers[i], block);
            }
        }

        _walking = null;
    }

    private void Write(Subscriber subscriber, FrameBlock block)
    {
        try
        {
            subscriber.Write(block);
        }
#pragma warning disable CA1031 // One stream's fault must not be the others' loss.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogWriteFailed(exception);
            Close(subscriber, CloseReason.Fault);
        }
    }

    /// <summary>What the fan-out gives to some of a loop's subscribers.</summary>
    internal sealed class WalkItem(List<(ChannelSet Set, FrameBlock Block)> deliveries, IPaced? paced) : ILoopItem<DeliveryLoop>
    {
        private readonly Hold? _hold = paced is null ? null : new Hold(paced);

        public void Execute(DeliveryLoop loop)
        {
            loop.Walk(deliveries, _hold);
            if (_hold is not null)
            {
                loop.Begin(_hold);
            }
        }

        // Nobody knows who has had it.
        public void Fail(DeliveryLoop loop, Exception exception)
        {
            foreach (var subscriber in deliveries.SelectMany(delivery => loop.SubscribersOf(delivery.Set)).Distinct().ToArray())
            {
                loop.Close(subscriber, CloseReason.Fault);
            }

            _hold?.End();
        }
    }
}
