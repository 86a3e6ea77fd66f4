namespace SseFabric.Grains.Channels;

/// <summary>Says when a channel repeats its head and when it goes. Acts on nothing itself.</summary>
/// <remarks>
/// A beat follows the last event shortly, so that a lost tail is noticed, and one comes slowly for ever after, so that a feed knows that its owner
/// lives. With no feed left there are no beats, and the channel goes after its linger. Not thread-safe.
/// </remarks>
internal sealed class ChannelClock(TimeProvider time, TimeSpan linger)
{
    /// <summary>How long after an event its position is repeated, if no other event has come.</summary>
    public static readonly TimeSpan TailBeat = TimeSpan.FromMilliseconds(200);

    /// <summary>How often an idle channel repeats its position. A frontend that hears nothing for three of them asks for the owner.</summary>
    public static readonly TimeSpan SlowBeat = TimeSpan.FromSeconds(5);

    // Slow beats of a silo's channels fall together in these, and so share the calls that carry them.
    private static readonly TimeSpan s_slot = TimeSpan.FromMilliseconds(250);

    private long _lastEvent;
    private long _lastBeat = time.GetTimestamp();
    private long _lastUse = time.GetTimestamp();
    private bool _tail;

    /// <summary>Whether somebody needs the channel: a feed, a call under way, or its rule.</summary>
    public bool IsNeeded { get; private set; }

    /// <summary>An event was numbered.</summary>
    public void OnEvent()
    {
        _lastEvent = time.GetTimestamp();
        _tail = true;
    }

    /// <summary>Somebody needs the channel from now on, or nobody does any more and its linger begins.</summary>
    /// <returns>Whether that is news, and <see cref="Wait"/> has changed.</returns>
    public bool SetNeeded(bool needed)
    {
        if (IsNeeded == needed)
        {
            return false;
        }

        IsNeeded = needed;
        _lastUse = time.GetTimestamp();
        return true;
    }

    /// <summary>What is due now.</summary>
    public ChannelDuty Due()
    {
        if (!IsNeeded)
        {
            return time.GetElapsedTime(_lastUse) >= linger ? ChannelDuty.Leave : ChannelDuty.None;
        }

        if (NextBeat() > TimeSpan.Zero)
        {
            return ChannelDuty.None;
        }

        _lastBeat = time.GetTimestamp();
        _tail = false;
        return ChannelDuty.Beat;
    }

    /// <summary>The time until something is due; never zero or less.</summary>
    public TimeSpan Wait()
    {
        var wait = IsNeeded ? NextBeat() : linger - time.GetElapsedTime(_lastUse);

        // Rounded up: a timer's own rounding must not fire it a moment too early, over and over.
        return (wait > TimeSpan.Zero ? wait : TimeSpan.Zero) + TimeSpan.FromMilliseconds(1);
    }

    private TimeSpan NextBeat()
    {
        var slot = (long)(s_slot.TotalSeconds * time.TimestampFrequency);
        var due = _lastBeat + (long)(SlowBeat.TotalSeconds * time.TimestampFrequency);
        var slow = time.GetElapsedTime(time.GetTimestamp(), (due + slot - 1) / slot * slot);
        var tail = TailBeat - time.GetElapsedTime(_lastEvent);
        return _tail && tail < slow ? tail : slow;
    }
}
