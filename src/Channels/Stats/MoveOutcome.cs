namespace SseFabric.Channels.Stats;

/// <summary>What came of a channel's planned move to another silo.</summary>
public enum MoveOutcome
{
    /// <summary>The other silo has it with everything; nobody notices.</summary>
    Unbroken = 0,

    /// <summary>The other silo has its history, but messages may have been missed: a gap is told.</summary>
    Broken = 1,

    /// <summary>No other silo has taken it: it begins again where it is asked for next, as after a kill.</summary>
    Failed = 2,
}
