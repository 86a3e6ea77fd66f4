using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections;
using SseFabric.Frontend.Subscribers;

namespace SseFabric.Frontend.Engine;

/// <summary>A connection that the server reads and writes, until it is closed or becomes a stream. Any thread, but for what it says.</summary>
#pragma warning disable CA1001 // None of them has anything to dispose of, as they are used; and whoever is late must still find them.
internal sealed class ServerSocket(EngineLoop loop, int descriptor, ulong key) : IPolled, ILimited, IPeer, ILoopItem<DeliveryLoop>
#pragma warning restore CA1001
{
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _readable = new(0, 1);
    private readonly SemaphoreSlim _writable = new(0, 1);
    private readonly CancellationTokenSource _closed = new();
    private bool _isReleased;
    private bool _isCut;

    /// <summary>The loop that has the descriptor.</summary>
    public EngineLoop Loop => loop;

    /// <summary>Whether the peer has ended the connection, or its half of it. On the loop.</summary>
    public bool HasSeenEnd { get; private set; }

    /// <summary>Cancelled when the connection has ended.</summary>
    public CancellationToken Closed => _closed.Token;

    /// <inheritdoc/>
    public long Deadline { get; set; }

    /// <inheritdoc/>
    public void Ready(PollEvents events)
    {
        if ((events & (PollEvents.In | PollEvents.Ended)) != 0)
        {
            Signal(_readable);
        }

        if ((events & (PollEvents.Out | PollEvents.Error | PollEvents.HangUp)) != 0)
        {
            Signal(_writable);
        }

        if ((events & PollEvents.Ended) == 0)
        {
            return;
        }

        HasSeenEnd = true;
        if (HasEnded())
        {
            FireClosed();
        }
        else if (Deadline == 0)
        {
            // What came before the end is the server's to read, if it does.
            loop.Limit(this, key);
        }
    }

    /// <inheritdoc/>
    public void TimeIsUp() => FireClosed();

    /// <inheritdoc/>
    public void Drop()
    {
        if (Release())
        {
            loop.Close(descriptor, key);
            Signal(_readable);
            Signal(_writable);
            FireClosed();
        }
    }

    /// <summary>Reads what there is, or waits for it.</summary>
    /// <returns>The bytes read; 0: there are no more, ever.</returns>
    /// <exception cref="ConnectionResetException">The peer has cut the connection.</exception>
    public async ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (TryReceive(buffer.Span) is { } received)
            {
                if (received == 0)
                {
                    FireClosed();
                }

                return received;
            }

            await _readable.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Writes all, waiting as long as the peer needs. What a connection that is gone is sent is lost; <see cref="Closed"/> tells of it.</summary>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (!bytes.IsEmpty)
        {
            if (TrySend(bytes.Span) is { } sent)
            {
                bytes = bytes[sent..];
            }
            else
            {
                await _writable.WaitAsync(cancellationToken);
            }
        }
    }

    /// <summary>Cuts the connection; whoever reads or writes is told.</summary>
    public void Cut()
    {
        lock (_lock)
        {
            if (_isReleased)
            {
                return;
            }

            _isCut = true;
            _ = Libc.Shutdown(descriptor, Libc.ShutdownBoth);
        }

        Signal(_readable);
        Signal(_writable);
        FireClosed();
    }

    /// <summary>Ends the connection: what was written is still sent.</summary>
    public void Close()
    {
        if (Release())
        {
            loop.Post(this);
        }
    }

    /// <summary>Lets go of the descriptor, which is somebody else's from now on.</summary>
    /// <returns>Whether there was anything to let go of.</returns>
    public bool TryDetach(out (int Descriptor, ulong Key) detached)
    {
        detached = (descriptor, key);
        var isReleased = Release();
        Signal(_readable);
        return isReleased;
    }

    /// <inheritdoc/>
    public bool HasVanished(TimeSpan patience)
    {
        lock (_lock)
        {
            return !_isReleased && SocketOptions.HasVanished(descriptor, patience);
        }
    }

    /// <inheritdoc/>
    public void Probe(TimeSpan silence)
    {
        lock (_lock)
        {
            if (!_isReleased)
            {
                SocketOptions.Probe(descriptor, silence);
            }
        }
    }

    /// <summary>The server has let go of it.</summary>
    void ILoopItem<DeliveryLoop>.Execute(DeliveryLoop current)
    {
        if (_isCut)
        {
            loop.Close(descriptor, key);
        }
        else
        {
            ClosingSocket.Begin(loop, descriptor, key);
        }

        FireClosed();
    }

    private static void Signal(SemaphoreSlim semaphore)
    {
        // Signalled by the loop alone, or once and for all: the count is one at most.
        lock (semaphore)
        {
            if (semaphore.CurrentCount == 0)
            {
                semaphore.Release();
            }
        }
    }

    private bool Release()
    {
        lock (_lock)
        {
            var wasReleased = _isReleased;
            _isReleased = true;
            return !wasReleased;
        }
    }

    private int? TryReceive(Span<byte> buffer)
    {
        lock (_lock)
        {
            if (_isReleased)
            {
                return 0;
            }

            // What a peer goes on sending could be read for ever.
            if (_isCut)
            {
                throw new ConnectionAbortedException("The connection has been cut.");
            }

            var received = Libc.Receive(descriptor, ref MemoryMarshal.GetReference(buffer), buffer.Length, Libc.DontWait);
            return received >= 0 ? (int)received : UnlessGone();
        }
    }

    // The server takes an exception from here for a fault, and logs it: clients go at any time.
    private int? TrySend(ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            if (_isReleased || _isCut)
            {
                return bytes.Length;
            }

            var sent = Libc.Send(descriptor, ref MemoryMarshal.GetReference(bytes), bytes.Length, Libc.DontWait);
            if (sent >= 0)
            {
                return (int)sent;
            }

            if (Libc.Error is Libc.WouldBlock or Libc.InterruptedCall)
            {
                return null;
            }
        }

        FireClosed();
        return bytes.Length;
    }

    private static void Cancel(CancellationTokenSource closed)
    {
        try
        {
            closed.Cancel();
        }
        catch (AggregateException)
        {
            // What others do when a connection ends is theirs, and must not end the process.
        }
    }

    // Nothing now, or an error.
    private static int? UnlessGone()
    {
        var error = Libc.Error;
        return error is Libc.WouldBlock or Libc.InterruptedCall ? null : throw new ConnectionResetException(Marshal.GetPInvokeErrorMessage(error), new SocketException(error));
    }

    // What was received before the end is still to be read: whoever reads it comes to the end himself.
    private bool HasEnded()
    {
        lock (_lock)
        {
            if (_isReleased)
            {
                return false;
            }

            byte next = 0;
            var received = Libc.Receive(descriptor, ref next, 1, Libc.DontWait | Libc.Peek);
            return received == 0 || (received < 0 && Libc.Error is not (Libc.WouldBlock or Libc.InterruptedCall));
        }
    }

    private void FireClosed()
    {
        if (!_closed.IsCancellationRequested)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static closed => Cancel(closed), _closed, preferLocal: false);
        }
    }
}
