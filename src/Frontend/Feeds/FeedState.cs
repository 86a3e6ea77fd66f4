namespace SseFabric.Frontend.Feeds;

/// <summary>Where a feed's attachment stands.</summary>
internal enum FeedState
{
    Attaching,
    Attached,

    /// <summary>The attach failed: the channel's source is away.</summary>
    SourceUnavailable,

    /// <summary>The attach failed: the channel's owner is away.</summary>
    Unavailable,
}
