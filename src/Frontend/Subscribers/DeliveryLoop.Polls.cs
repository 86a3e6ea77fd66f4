namespace SseFabric.Frontend.Subscribers;

// Polls: ordinary responses that end a window after their first event, or empty when they have waited long enough. The wheel keeps their time.
internal partial class DeliveryLoop
{
    /// <summary>A poll has just been given its first event, or word of a gap: its client is waiting for the end of the response.</summary>
    public void FirstEvent(Subscriber poll)
    {
        var window = poll.Set.Format.Behaviour.PollWindow ?? TimeSpan.Zero;
        if (window == TimeSpan.Zero)
        {
            poll.EndReason = CloseReason.PollEnd;
            EndPoll(poll);
            return;
        }

        // The longest wait no longer counts, a drain does.
        var end = Wheel.TickAfter(window);
        poll.EndTick = _isDraining ? Math.Min(poll.EndTick, end) : end;
        Wheel.Place(poll);
    }

    private void BeginPoll(Subscriber poll)
    {
        poll.EndTick = poll.Set.Format.Behaviour.PollMaxWait is { } wait ? Wheel.TickAfter(wait) : long.MaxValue;
        poll.EndReason = CloseReason.PollEnd;
    }

    private void EndPoll(Subscriber poll)
    {
        if (poll.IsWaitingPoll)
        {
            poll.WriteIfIdle(poll.Set.Format.Behaviour.Heartbeat.Span);
        }

        EndOnceTaken(poll);
    }
}
