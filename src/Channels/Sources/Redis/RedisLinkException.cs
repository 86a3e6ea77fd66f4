namespace SseFabric.Channels.Sources.Redis;

/// <summary>The connection to a Redis server can't be made or can't go on. The message says why, without secrets.</summary>
internal sealed class RedisLinkException(string message) : IOException(message);
