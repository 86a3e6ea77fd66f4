namespace SseFabric.Frontend.Subscribers;

// What happens by the clock: heartbeats, the end of old streams, and the drain.
internal partial class DeliveryLoop
{
    private bool _isDraining;
    private Subscriber? _looking;

    /// <summary>A reconnection time between once and twice <paramref name="retry"/>, so that those who are sent away together don't come back together.</summary>
    public static TimeSpan Jittered(TimeSpan retry) => retry * (1 + Random.Shared.NextDouble());

    /// <summary>Each tick of the wheel.</summary>
    protected virtual void Tick()
    {
        var now = _time.GetUtcNow().UtcTicks;
        foreach (var subscriber in Wheel.Turn())
        {
            _looking = subscriber;
            if (HasExpired(subscriber, now))
            {
                Revoke(subscriber, CloseReason.TokenExpired);
            }
            else if (Wheel.Now >= subscriber.EndTick)
            {
                End(subscriber);
            }
            else if (subscriber.HasVanished(_options.Patience))
            {
                Close(subscriber, CloseReason.Unresponsive);
            }
            else
            {
                if (Wheel.Now >= subscriber.HeartbeatTick)
                {
                    subscriber.WriteIfIdle(subscriber.Set.Format.Behaviour.Heartbeat.Span);
                    subscriber.SteadySince = subscriber.SteadySince is null ? null : Wheel.Now;
                }

                if (!subscriber.IsClosed)
                {
                    Wheel.Place(subscriber);
                }
            }
        }

        _looking = null;
        SharedBodies.Clear();
    }

    /// <summary>A tick has failed: the subscriber that it was at is closed, and those after it have their turn with the next.</summary>
    private void EndTick()
    {
        if (_looking is { } subscriber)
        {
            _looking = null;
            Close(subscriber, CloseReason.Fault);
        }

        foreach (var left in _sets.SelectMany(SubscribersOf).Where(left => left.WheelPlace.Slot < 0))
        {
            Wheel.Place(left);
        }
    }

    /// <summary>The silence after which a subscriber is sent a heartbeat; 0: it is sent none.</summary>
    private long HeartbeatTicks(Subscriber subscriber)
    {
        var behaviour = subscriber.Set.Format.Behaviour;

        // The end of a poll that doesn't outlast a heartbeat says as much.
        return behaviour.HeartbeatAfter is not { } silence || (subscriber.IsPoll && behaviour.PollMaxWait <= silence) ? 0 : Wheel.TicksIn(silence);
    }

    private void End(Subscriber subscriber)
    {
        switch (subscriber.EndReason)
        {
            case CloseReason.PollEnd:
                EndPoll(subscriber);
                break;
            case CloseReason.PublisherEnded:
                EndOnceTaken(subscriber);
                break;
            default:
                subscriber.WriteIfIdle(subscriber.Set.Format.Farewell(Jittered(_options.Retry)));
                Close(subscriber, subscriber.EndReason);
                break;
        }
    }

    /// <summary>Ends the response in order: what it has been given is still written, unless the peer takes nothing for a heartbeat.</summary>
    private void EndOnceTaken(Subscriber subscriber)
    {
        var cutTick = subscriber.LastWriteTick + Wheel.Heartbeat;
        if (!subscriber.IsBusy)
        {
            Close(subscriber, subscriber.EndReason);
        }
        else if (Wheel.Now >= cutTick)
        {
            Close(subscriber, CloseReason.Unresponsive);
        }
        else
        {
            subscriber.IsEnding = true;
            subscriber.EndTick = cutTick;
            Wheel.Place(subscriber);
        }
    }

    /// <summary>A subscriber has been given its stream's last frame.</summary>
    public void PublisherEnded(Subscriber subscriber)
    {
        if (!subscriber.IsClosed)
        {
            subscriber.EndReason = CloseReason.PublisherEnded;
            EndOnceTaken(subscriber);
        }
    }

    private void Drain(TimeSpan window)
    {
        _isDraining = true;
        foreach (var subscriber in _sets.SelectMany(SubscribersOf).ToArray())
        {
            subscriber.EndReason = subscriber.IsRevoked ? subscriber.EndReason : CloseReason.Drain;
            if (window == TimeSpan.Zero)
            {
                End(subscriber);
            }
            else
            {
                subscriber.EndTick = Math.Min(subscriber.EndTick, Wheel.Now + Wheel.TicksIn(window * Random.Shared.NextDouble()));
                Wheel.Place(subscriber);
            }
        }
    }

    /// <summary>Closes the subscribers there are, spread over a window.</summary>
    internal sealed class DrainItem(TimeSpan window) : ILoopItem<DeliveryLoop>
    {
        public void Execute(DeliveryLoop loop) => loop.Drain(window);
    }

    private sealed class TickItem : ILoopItem<DeliveryLoop>
    {
        public void Execute(DeliveryLoop loop) => loop.Tick();

        public void Fail(DeliveryLoop loop, Exception exception) => loop.EndTick();
    }
}
