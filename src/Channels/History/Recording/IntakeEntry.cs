namespace SseFabric.Channels.History.Recording;

/// <summary>Something that came in and waits for its turn.</summary>
internal abstract class IntakeEntry
{
    private const int Waiting = 0;
    private const int Taken = 1;
    private const int GivenUp = 2;

    private int _state;

    /// <summary>What it counts as in bounds on bytes.</summary>
    public virtual long Size => 128;

    /// <summary>Takes it for recording. False: whoever waited for it has given it up.</summary>
    public bool TryTake() => Interlocked.CompareExchange(ref _state, Taken, Waiting) == Waiting;

    /// <summary>Gives it up, if it has not been taken.</summary>
    public bool TryGiveUp() => Interlocked.CompareExchange(ref _state, GivenUp, Waiting) == Waiting;
}
