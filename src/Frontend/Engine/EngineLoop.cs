using System.Diagnostics;
using SseFabric.Channels.Configuration;
using SseFabric.Frontend.Authorization;
using SseFabric.Frontend.Subscribers;

namespace SseFabric.Frontend.Engine;

/// <summary>A delivery loop on a thread of its own, which owns connections from their accept to their close and writes to their sockets itself.</summary>
/// <remarks>
/// A descriptor is closed here alone, once, and never used afterwards: what holds one is in the table, and lets go of it before it is closed. A connection that
/// has become a stream is used by no other thread.
/// </remarks>
internal sealed class EngineLoop : DeliveryLoop
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    private readonly Poll _poll = new();
    private readonly PolledTable _table = new();
    private readonly Queue<(long Tick, ulong Key)> _deadlines = new();
    private readonly byte[] _receiveBuffer = new byte[16 << 10];
    private readonly Stopwatch _clock = new();
    private readonly Thread _thread;
    private TimeSpan _nextTick;
    private volatile bool _isEnding;
    private volatile bool _hasEnded;
    private int _connections;

    public EngineLoop(int index, StreamOptions options, RevokedTokens revoked, FrontendMetrics metrics, TimeProvider time, ILogger<DeliveryLoop> logger)
        : base(index, options, revoked, metrics, time, logger) => _thread = new Thread(Run) { IsBackground = true, Name = $"SSE engine {index}" };

    /// <summary>How many connections there are. A moment's view; any thread.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>What is gathered for one call.</summary>
    public SendBuffer SendBuffer { get; } = new();

    public override void Start(FanOut fanOut)
    {
        base.Start(fanOut);
        _thread.Start();
    }

    /// <summary>Takes a descriptor into the table and watches it.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">The system refuses; nothing has been taken.</exception>
    public ulong Watch(int descriptor, IPolled polled, PollEvents events = PollEvents.Connection)
    {
        var key = _table.Add(polled);
        try
        {
            _poll.Watch(descriptor, events, key);
        }
        catch
        {
            _table.Remove(key);
            throw;
        }

        Volatile.Write(ref _connections, _table.Count);
        return key;
    }

    /// <summary>Something else takes over a descriptor, with its key.</summary>
    /// <returns>False: it has been closed.</returns>
    public bool Replace(ulong key, IPolled polled) => _table.Replace(key, polled);

    /// <summary>Stops watching a descriptor, which keeps its place in the table.</summary>
    public void Pause(int descriptor) => _poll.Forget(descriptor);

    /// <summary>Watches a descriptor again.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">The system refuses.</exception>
    public void Resume(int descriptor, ulong key, PollEvents events) => _poll.Watch(descriptor, events, key);

    /// <summary>Lets go of a descriptor that isn't closed.</summary>
    public void Forget(int descriptor, ulong key)
    {
        if (_table.Find(key) is null)
        {
            return;
        }

        _poll.Forget(descriptor);
        _table.Remove(key);
        Volatile.Write(ref _connections, _table.Count);
    }

    /// <summary>Closes a descriptor of the table.</summary>
    public void Close(int descriptor, ulong key)
    {
        if (_table.Find(key) is null)
        {
            return;
        }

        _table.Remove(key);
        _ = Libc.Close(descriptor);
        Volatile.Write(ref _connections, _table.Count);
    }

    /// <summary>Reads the first of what a connection has received, up to 16 KiB; nothing if there is nothing, or it has ended. Good until the next call.</summary>
    public ReadOnlySpan<byte> Receive(int descriptor) =>
        _receiveBuffer.AsSpan(0, (int)Math.Max(0, Libc.Receive(descriptor, ref _receiveBuffer[0], _receiveBuffer.Length, Libc.DontWait)));

    /// <summary>Reads what a connection has received, and throws it away.</summary>
    /// <param name="descriptor">The connection.</param>
    /// <param name="left">How much may come, in bytes; less what has.</param>
    /// <returns>False: the connection has ended, or too much has come.</returns>
    public bool ReceiveAway(int descriptor, ref int left)
    {
        while (left > 0)
        {
            var received = Libc.Receive(descriptor, ref _receiveBuffer[0], _receiveBuffer.Length, Libc.DontWait);
            if (received <= 0)
            {
                return received < 0 && Libc.Error is Libc.WouldBlock or Libc.InterruptedCall;
            }

            left -= (int)received;
        }

        return false;
    }

    /// <summary>Tells somebody, after two seconds, that its time is up, if it still has the key then: nothing is kept for it that is needed no more.</summary>
    public void Limit(ILimited limited, ulong key)
    {
        limited.Deadline = Wheel.Now + Wheel.TicksIn(s_patience);
        _deadlines.Enqueue((limited.Deadline, key));
    }

    /// <summary>Ends on a wake: whatever the loop still has is closed.</summary>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _isEnding = true;
        _poll.Wake();
        if (_thread.IsAlive)
        {
            _thread.Join();
        }

        _poll.Dispose();
    }

    // Once its thread has gone there are no connections left, but those who wait for an item are answered.
    protected override void Wake()
    {
        if (_hasEnded)
        {
            base.Wake();
        }
        else
        {
            _poll.Wake();
        }
    }

    protected override void Tick()
    {
        base.Tick();
        while (_deadlines.TryPeek(out var deadline) && deadline.Tick <= Wheel.Now)
        {
            _deadlines.Dequeue();
            if (_table.Find(deadline.Key) is ILimited limited && limited.Deadline == deadline.Tick)
            {
                limited.TimeIsUp();
            }
        }
    }

    // The thread looks at the clock itself: a timer would wake two threads more.
    protected override void StartTicking()
    {
        _clock.Start();
        _nextTick = Wheel.Tick;
    }

    /// <summary>Posts the ticks that are due: all that a long turn has missed, but no more than a heartbeat's.</summary>
    private void KeepTime()
    {
        var now = _clock.Elapsed;
        while (now >= _nextTick)
        {
            PostTick();
            _nextTick = Wheel.Tick + TimeSpan.FromTicks(Math.Max(_nextTick.Ticks, (now - (Wheel.Heartbeat * Wheel.Tick)).Ticks));
        }
    }

    private void Run()
    {
        while (!_isEnding)
        {
            KeepTime();
            ExecuteItems();
            var count = _poll.Wait(TryRest() ? _nextTick - _clock.Elapsed : TimeSpan.Zero);
            StayAwake();
            for (var i = 0; i < count; i++)
            {
                var (key, events) = _poll.Read(i);
                Tell(key, events);
            }
        }

        _hasEnded = true;
        do
        {
            ExecuteItems();
        }
        while (!TryRest());
    }

    // What was still on its way here when the loop ended is dropped with the others, whichever thread executes it.
    protected override void AfterItems()
    {
        base.AfterItems();
        if (_hasEnded)
        {
            foreach (var polled in _table.All().ToArray())
            {
                polled.Drop();
            }
        }
    }

    private void Tell(ulong key, PollEvents events)
    {
        if (key == Poll.WakeKey || _table.Find(key) is not { } polled)
        {
            return;
        }

        try
        {
            polled.Ready(events);
        }
#pragma warning disable CA1031 // One connection's fault must not be the others' end.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Failed(polled, exception);
            if (_table.Find(key) == polled)
            {
                polled.Drop();
            }
        }
    }
}
