namespace SseFabric.Frontend.Engine;

/// <summary>A connection that has been written all it gets: it is closed when the client closes it, or soon. Used on its loop only.</summary>
/// <remarks>Closed at once, with something unread, it would be reset, and the client could lose what it hasn't read.</remarks>
internal sealed class ClosingSocket : IPolled, ILimited
{
    private readonly EngineLoop _loop;
    private readonly int _descriptor;
    private readonly ulong _key;
    private int _left = 1 << 20;
    private bool _isClosed;

    private ClosingSocket(EngineLoop loop, int descriptor, ulong key) => (_loop, _descriptor, _key) = (loop, descriptor, key);

    public static void Begin(EngineLoop loop, int descriptor, ulong key)
    {
        var closing = new ClosingSocket(loop, descriptor, key);
        _ = Libc.Shutdown(descriptor, Libc.ShutdownSend);
        loop.Replace(key, closing);
        loop.Limit(closing, key);

        // The client may have closed it first: nothing tells of that again.
        closing.Ready(PollEvents.In);
    }

    public long Deadline { get; set; }

    public void Ready(PollEvents events)
    {
        if (!_isClosed && !_loop.ReceiveAway(_descriptor, ref _left))
        {
            Drop();
        }
    }

    public void TimeIsUp() => Drop();

    public void Drop()
    {
        if (!_isClosed)
        {
            _isClosed = true;
            _loop.Close(_descriptor, _key);
        }
    }
}
