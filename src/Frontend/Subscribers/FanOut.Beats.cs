namespace SseFabric.Frontend.Subscribers;

// What happens by the clock: heartbeats, the end of old streams, and the drain.
internal sealed partial class FanOut
{
    private readonly List<DrainItem> _drains = [];
    private bool _isDraining;

    /// <summary>Refuses new subscribers and closes those there are, spread over <paramref name="window"/>. Any thread.</summary>
    /// <returns>Completes when the last one has been told to end.</returns>
    public Task DrainAsync(TimeSpan window)
    {
        var item = new DrainItem(window);
        Post(item);
        return item.Done.Task;
    }

    private void Tick()
    {
        var now = _time.GetUtcNow().UtcTicks;
        foreach (var subscriber in Wheel.Turn())
        {
            if (HasExpired(subscriber, now))
            {
                Revoke(subscriber, CloseReason.TokenExpired);
            }
            else if (Wheel.Now >= subscriber.EndTick)
            {
                End(subscriber);
            }
            else if (subscriber.Socket is { } socket && PeerLiveness.HasVanished(socket, _options.Patience))
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

        _drains.ForEach(drain => drain.Check(this));
        _sharedBodies.Clear();
        CheckPacing();
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
        if (subscriber.EndReason == CloseReason.PollEnd)
        {
            EndPoll(subscriber);
            return;
        }

        subscriber.WriteIfIdle(subscriber.Set.Format.Farewell(Jittered(_options.Retry)));
        Close(subscriber, subscriber.EndReason);
    }

    /// <summary>A reconnection time between once and twice <paramref name="retry"/>, so that those who are sent away together don't come back together.</summary>
    public static TimeSpan Jittered(TimeSpan retry) => retry * (1 + Random.Shared.NextDouble());

    private void Drain(DrainItem drain)
    {
        _isDraining = true;
        _drains.Add(drain);
        foreach (var subscriber in _sets.Values.SelectMany(set => set.Subscribers).ToArray())
        {
            subscriber.EndReason = subscriber.IsRevoked ? subscriber.EndReason : CloseReason.Drain;
            if (drain.Window == TimeSpan.Zero)
            {
                End(subscriber);
            }
            else
            {
                subscriber.EndTick = Math.Min(subscriber.EndTick, Wheel.Now + Wheel.TicksIn(drain.Window * Random.Shared.NextDouble()));
                Wheel.Place(subscriber);
            }
        }

        drain.Check(this);
    }

    private sealed class DrainItem(TimeSpan window) : ILoopItem
    {
        public TimeSpan Window { get; } = window;

        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Execute(FanOut loop) => loop.Drain(this);

        public void Check(FanOut loop)
        {
            if (loop._sets.Count == 0)
            {
                Done.TrySetResult();
            }
        }
    }

    private sealed class TickItem : ILoopItem
    {
        public void Execute(FanOut loop) => loop.Tick();
    }
}
