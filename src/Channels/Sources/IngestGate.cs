namespace SseFabric.Channels.Sources;

/// <summary>Bounds the bytes of events that have been taken from a source and not yet been handed on. Any thread.</summary>
/// <remarks>
/// A source waits here between two reads of its socket, so that a server's messages pile up in the sockets rather than in this process. The bound
/// may be passed by what one read brought.
/// </remarks>
public sealed class IngestGate(long maxBytes)
{
    /// <summary>The bound of <see cref="Default"/>, in bytes.</summary>
    public const long DefaultMaxBytes = 64L << 20;

    private readonly Lock _lock = new();
    private long _bytes;
    private TaskCompletionSource? _room;

    /// <summary>A gate of <see cref="DefaultMaxBytes"/>.</summary>
    public static IngestGate Default() => new(DefaultMaxBytes);

    /// <summary>Whether more is waiting than the bound.</summary>
    public bool IsClosed => Interlocked.Read(ref _bytes) > maxBytes;

    /// <summary>Bytes that have been taken and not handed on.</summary>
    public long WaitingBytes => Interlocked.Read(ref _bytes);

    /// <summary>Counts bytes taken.</summary>
    public void Add(long bytes) => Interlocked.Add(ref _bytes, bytes);

    /// <summary>Counts bytes handed on.</summary>
    public void Release(long bytes)
    {
        if (Interlocked.Add(ref _bytes, -bytes) > maxBytes)
        {
            return;
        }

        TaskCompletionSource? room;
        lock (_lock)
        {
            room = _room;
            _room = null;
        }

        room?.SetResult();
    }

    /// <summary>Completes at once, or as soon as what waits is within the bound.</summary>
    public ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        if (!IsClosed)
        {
            return ValueTask.CompletedTask;
        }

        Task waiting;
        lock (_lock)
        {
            _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            waiting = _room.Task;
        }

        // The room may have come between the first look and the registration, and nobody would tell.
        if (!IsClosed)
        {
            Release(0);
        }

        return new ValueTask(waiting.WaitAsync(cancellationToken));
    }
}
