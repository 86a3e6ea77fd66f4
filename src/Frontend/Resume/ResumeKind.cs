namespace SseFabric.Frontend.Resume;

/// <summary>What a last event id says of one channel.</summary>
internal enum ResumeKind
{
    /// <summary>Nothing: the subscriber is simply live there.</summary>
    Live,

    /// <summary>The subscriber was at the cursor.</summary>
    At,

    /// <summary>The subscriber was at the cursor of one of its channels, without its name: the one that knows the epoch.</summary>
    Unnamed,

    /// <summary>The subscriber was where it stood when it got an event of another channel, or at a moment: the cursor's epoch, if no other channel has a position.</summary>
    Beside,

    /// <summary>It can't be understood.</summary>
    Unknown,
}
