namespace SseFabric.Client.Redis;

/// <summary>How <see cref="RedisChannelPublisher"/> publishes.</summary>
public sealed class RedisPublisherOptions
{
    /// <summary>The server, as a StackExchange.Redis configuration string. Default <c>127.0.0.1:6379</c>.</summary>
    public string Configuration { get; set; } = "127.0.0.1:6379";

    /// <summary>The <c>Format</c> of the channels that are published to. Default <see cref="RedisPayloadFormat.Text"/>.</summary>
    public RedisPayloadFormat Format { get; set; } = RedisPayloadFormat.Text;

    /// <summary>The <c>MaxEventBytes</c> of those channels, in bytes of a Redis message: PUBLISH itself can't tell that one is too large. Default 8388608;
    /// 1 to 536870912.</summary>
    public int MaxEventBytes { get; set; } = 8 << 20;

    /// <summary>How many events <see cref="RedisseChannelPublisher"/> keeps of a channel. Default 100, as redisse does; 1 to 1000000.</summary>
    public int RedisseCount { get; set; } = 100;

    /// <summary>How long <see cref="RedisseChannelPublisher"/> keeps a channel's events after the last one. Default null: for ever, as redisse does; more than
    /// 0 and up to 365 days.</summary>
    public TimeSpan? RedisseMaxAge { get; set; }
}
