namespace SseFabric.Contracts;

/// <summary>How a read of the history after a cursor relates to that cursor.</summary>
public enum ResumeOutcome
{
    /// <summary>The page begins straight after the cursor. Where the epoch changes within it, a gap may lie between.</summary>
    Exact = 0,

    /// <summary>Events after the cursor have been trimmed; the page begins with the oldest retained one.</summary>
    Evicted = 1,

    /// <summary>The cursor's epoch is over and nothing is known of what came after; the page is all that is retained.</summary>
    Epoch = 2,

    /// <summary>The channel never gave out such a cursor; the page is all that is retained.</summary>
    Unknown = 3,
}
