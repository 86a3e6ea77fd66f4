namespace SseFabric.Frontend.HandOff;

/// <summary>Why an application gave no answer that could be passed on.</summary>
internal enum UpstreamFault
{
    /// <summary>No connection to it.</summary>
    Unreachable,

    /// <summary>No answer within the time for it.</summary>
    TimedOut,

    /// <summary>What came is no answer in HTTP, or none that may be passed on.</summary>
    BadAnswer,

    /// <summary>A hand-off without channels, with too many, or with a bad name.</summary>
    BadHandOff,
}
