namespace SseFabric.Channels.Sources.Redis;

/// <summary>Takes commands for the server. Any thread; never blocks.</summary>
internal interface IRedisCommandQueue
{
    /// <summary>Queues a command; the server gets them in this order.</summary>
    void Enqueue(RedisCommandKind kind, RedisSubscription? subscription);
}
