namespace SseFabric.Frontend.Subscribers;

/// <summary>One timer wheel for all subscribers of a loop: which of them are due at a tick. Used on that loop only.</summary>
/// <remarks>
/// A tick is a sixteenth of the heartbeat and at most 100 ms; a heartbeat or an end is at most that much late. Writing to a subscriber doesn't move it in the
/// wheel; it is looked at when its place comes up and put where its silence will be long enough.
/// </remarks>
internal sealed class HeartbeatWheel
{
    private static readonly TimeSpan s_longestTick = TimeSpan.FromMilliseconds(100);

    private readonly List<Subscriber>[] _slots = new List<Subscriber>[256];

    public HeartbeatWheel(TimeSpan heartbeat)
    {
        Tick = heartbeat / 16 < s_longestTick ? heartbeat / 16 : s_longestTick;
        Heartbeat = TicksIn(heartbeat);
        for (var i = 0; i < _slots.Length; i++)
        {
            _slots[i] = [];
        }
    }

    /// <summary>The duration of a tick.</summary>
    public TimeSpan Tick { get; }

    /// <summary>Ticks in a heartbeat.</summary>
    public long Heartbeat { get; }

    /// <summary>Ticks since the wheel began to turn.</summary>
    public long Now { get; private set; }

    /// <summary>Whole ticks, at least one, that cover <paramref name="span"/>.</summary>
    public long TicksIn(TimeSpan span) => Math.Max(1, (long)Math.Ceiling(span / Tick));

    /// <summary>The first tick that is certain to come no sooner than <paramref name="span"/> from now.</summary>
    public long TickAfter(TimeSpan span) => Now + 1 + TicksIn(span);

    /// <summary>Puts a subscriber where its heartbeat or its end is due next, and half a heartbeat on at the latest.</summary>
    /// <remarks>Looked at twice a heartbeat, a peer that vanished is noticed one and a half after its last sign of life, not two and a tick.</remarks>
    public void Place(Subscriber subscriber)
    {
        Remove(subscriber);

        // Nothing can be written to one that is busy, however long it has been: it is looked at for other reasons.
        var heartbeat = subscriber.IsBusy ? long.MaxValue : subscriber.HeartbeatTick;
        var due = Math.Min(Math.Min(heartbeat, Now + ((Heartbeat + 1) / 2)), Math.Min(subscriber.EndTick, subscriber.ExpiryTick));
        var slot = (int)(Math.Clamp(due, Now + 1, Now + _slots.Length - 1) % _slots.Length);
        subscriber.WheelPlace = (slot, _slots[slot].Count);
        _slots[slot].Add(subscriber);
    }

    public void Remove(Subscriber subscriber)
    {
        var (slot, index) = subscriber.WheelPlace;
        if (slot < 0)
        {
            return;
        }

        var last = _slots[slot][^1];
        _slots[slot][index] = last;
        last.WheelPlace = (slot, index);
        _slots[slot].RemoveAt(_slots[slot].Count - 1);
        subscriber.WheelPlace = (-1, -1);
    }

    /// <summary>Turns the wheel by one tick and takes out everybody whose place has come up.</summary>
    public List<Subscriber> Turn()
    {
        Now++;
        var slot = (int)(Now % _slots.Length);
        var due = _slots[slot];
        _slots[slot] = [];
        foreach (var subscriber in due)
        {
            subscriber.WheelPlace = (-1, -1);
        }

        return due;
    }
}
