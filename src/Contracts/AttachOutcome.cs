namespace SseFabric.Contracts;

/// <summary>What came of an attach.</summary>
public enum AttachOutcome
{
    /// <summary>The feed is attached and the channel hears its source.</summary>
    Attached = 0,

    /// <summary>Not attached: the channel's source can't be reached now. Try again later.</summary>
    SourceUnavailable = 1,

    /// <summary>Not attached: the channel's owner could not be reached, or is at its limit of channels. Try again later.</summary>
    Unavailable = 2,
}
