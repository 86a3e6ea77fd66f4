namespace SseFabric.Client.Redis;

/// <summary>What the channels' <c>Format</c> is: how an event is written into a Redis message.</summary>
public enum RedisPayloadFormat
{
    /// <summary><c>text</c> (the default of channels) or <c>raw</c>: the message is the event's data. It can carry neither a type nor a reconnection time.</summary>
    Text = 0,

    /// <summary><c>json</c>: the message is an object with the members <c>event</c>, <c>data</c> and <c>retry</c>. The data must be UTF-8.</summary>
    Json = 1,
}
