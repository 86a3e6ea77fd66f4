namespace SseFabric.Channels.RespDoor;

/// <summary>The moment by which a connection must have got on. Set by the connection, looked at by the door's sweep.</summary>
internal sealed class DoorDeadline(TimeProvider time)
{
    /// <summary>To log in, to complete a command, or to take a reply.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>A command may take longer than <see cref="Patience"/> if this much of it comes in that time.</summary>
    private const long Progress = 64 << 10;

    private readonly long _logIn = At(time);
    private long _at;
    private long _progressAt;

    /// <summary>Whether the moment has passed.</summary>
    public bool HasPassed
    {
        get
        {
            var at = Volatile.Read(ref _at);
            return at != 0 && time.GetTimestamp() > at;
        }
    }

    /// <summary>Nothing is owed: an idle connection may stay.</summary>
    public void Clear() => Volatile.Write(ref _at, 0);

    /// <summary>A reply must be taken.</summary>
    public void Write() => Volatile.Write(ref _at, At(time));

    /// <summary>The client must log in.</summary>
    public void LogIn() => Volatile.Write(ref _at, _logIn);

    /// <summary>The rest of a command must come.</summary>
    /// <param name="isNew">Whether the command has just begun.</param>
    /// <param name="received">All bytes that the connection has received.</param>
    public void Complete(bool isNew, long received)
    {
        if (isNew || received - _progressAt >= Progress || Volatile.Read(ref _at) == 0)
        {
            _progressAt = received;
            Volatile.Write(ref _at, At(time));
        }
    }

    private static long At(TimeProvider time) => time.GetTimestamp() + (long)(Patience.TotalSeconds * time.TimestampFrequency);
}
