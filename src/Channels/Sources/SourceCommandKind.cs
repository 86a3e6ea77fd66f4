namespace SseFabric.Channels.Sources;

/// <summary>What a server is asked for.</summary>
internal enum SourceCommandKind
{
    Subscribe,

    /// <summary>One channel, after one of many was refused.</summary>
    SubscribeAlone,
    Unsubscribe,
    Ping,
}
