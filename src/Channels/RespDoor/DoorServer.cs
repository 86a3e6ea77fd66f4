namespace SseFabric.Channels.RespDoor;

/// <summary>What the door tells clients of itself. Any thread.</summary>
internal sealed class DoorServer(TimeProvider time)
{
    /// <summary>The Redis version whose behaviour clients may count on; some refuse to work without one.</summary>
    public const string RedisVersion = "7.4.0";

    private readonly long _began = time.GetTimestamp();
    private int _connections;

    public int Connections => Volatile.Read(ref _connections);

    public TimeSpan Uptime => time.GetElapsedTime(_began);

    public int ConnectionOpened() => Interlocked.Increment(ref _connections);

    public void ConnectionClosed() => Interlocked.Decrement(ref _connections);
}
