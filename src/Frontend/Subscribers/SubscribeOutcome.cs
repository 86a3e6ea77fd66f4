namespace SseFabric.Frontend.Subscribers;

/// <summary>What came of a request to subscribe.</summary>
internal enum SubscribeOutcome
{
    /// <summary>The subscriber is joined: its first block is on its way.</summary>
    Joined,

    /// <summary>The source of one of its channels is away.</summary>
    SourceUnavailable,

    /// <summary>The owner of one of its channels is away.</summary>
    Unavailable,

    /// <summary>This process is draining.</summary>
    Draining,

    /// <summary>The client was gone before.</summary>
    Abandoned,
}
