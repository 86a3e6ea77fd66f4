namespace SseFabric.Frontend.Feeds;

/// <summary>Why events may be missing; told to the subscriber in <c>missedevents</c>.</summary>
internal enum GapReason
{
    /// <summary>They have been trimmed from the history.</summary>
    Evicted,

    /// <summary>A new epoch began: what came between can't be known.</summary>
    Epoch,

    /// <summary>The subscriber's last event id isn't one of this channel's.</summary>
    Unknown,

    /// <summary>The subscriber was too slow and its queue overflowed.</summary>
    Slow,

    /// <summary>The channel refused the payload.</summary>
    Rejected,
}
