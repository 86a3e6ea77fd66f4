namespace SseFabric.Channels.Sources.Redis;

/// <summary>The commands of a pub/sub connection.</summary>
internal enum RedisCommandKind
{
    Subscribe,

    /// <summary>A SUBSCRIBE of one channel, after one of many was refused.</summary>
    SubscribeAlone,
    Unsubscribe,
    Ping,
}
