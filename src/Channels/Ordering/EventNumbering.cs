using SseFabric.Contracts;

namespace SseFabric.Channels.Ordering;

/// <summary>Numbers a channel's events: consecutive offsets in an epoch, and a new epoch where continuity can't be proven. Not thread-safe.</summary>
public sealed class EventNumbering(EpochClock epochs, long lastKnownEpoch)
{
    /// <summary>The position after the last event numbered.</summary>
    public Cursor Head { get; private set; } = new(epochs.Next(lastKnownEpoch), 0);

    /// <summary>The cursor of the next event.</summary>
    public Cursor Next() => Head = Head with { Offset = Head.Offset + 1 };

    /// <summary>Goes on after an event that was numbered elsewhere.</summary>
    public void Continue(Cursor head) => Head = head;

    /// <summary>Begins a new epoch, above the present one and <paramref name="lastKnownEpoch"/>.</summary>
    public Cursor BeginEpoch(long lastKnownEpoch) => Head = new Cursor(epochs.Next(Math.Max(Head.Epoch, lastKnownEpoch)), 0);
}
