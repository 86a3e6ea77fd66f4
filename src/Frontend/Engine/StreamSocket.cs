using System.Runtime.InteropServices;
using SseFabric.Channels.Configuration;
using SseFabric.Frontend.Framing;
using SseFabric.Frontend.Subscribers;

namespace SseFabric.Frontend.Engine;

/// <summary>A stream's connection, written by its loop with calls that don't wait. Used on the loop only.</summary>
/// <remarks>Busy until it has its connection and the response's head, and then whenever the kernel takes no more.</remarks>
internal sealed class StreamSocket : StreamOutput, IPolled
{
    private readonly EngineLoop _loop;
    private int _descriptor = -1;
    private ulong _key;
    private byte[]? _head;
    private bool _isChunked;
    private bool _hasEnded;

    // What the kernel hasn't taken of the last call.
    private ReadOnlyMemory<byte> _rest;

    /// <summary>A stream whose connection and head come with <see cref="Opening"/>.</summary>
    public StreamSocket(EngineLoop loop)
    {
        _loop = loop;
        IsBusy = true;
    }

    /// <summary>A stream that begins with a head, of chunked coding, on a connection that it takes over then.</summary>
    public StreamSocket(EngineLoop loop, int descriptor, ulong key, byte[] head) => (_loop, _descriptor, _key, _head, _isChunked) = (loop, descriptor, key, head, true);

    /// <inheritdoc/>
    public override string Path => "engine";

    /// <inheritdoc/>
    public override void Put(ReadOnlySpan<byte> bytes)
    {
        if (_head is not null)
        {
            TakeOver();
            _loop.SendBuffer.Put(_head);
            _head = null;
        }

        if (_isChunked)
        {
            _loop.SendBuffer.PutChunk(bytes);
        }
        else
        {
            _loop.SendBuffer.Put(bytes);
        }
    }

    /// <inheritdoc/>
    public override void Put(FrameBlock block, int frame) =>
        _loop.SendBuffer.Put(_isChunked ? block.Bytes.AsSpan(block.Begin(frame), block.Begin(frame + 1) - block.Begin(frame)) : block.Payload(frame).Span);

    /// <inheritdoc/>
    public override bool Flush()
    {
        try
        {
            var bytes = _loop.SendBuffer.Written;
            var sent = Send(bytes);
            if (sent >= 0 && sent < bytes.Length)
            {
                IsBusy = true;
                _rest = bytes[sent..].ToArray();
            }

            return sent >= 0;
        }
        finally
        {
            _loop.SendBuffer.Clear();
        }
    }

    /// <inheritdoc/>
    public override int Write(FrameBlock block)
    {
        if (!_isChunked)
        {
            return base.Write(block);
        }

        var sent = Send(block.Bytes);
        if (sent < 0 || sent == block.Bytes.Length)
        {
            return sent < 0 ? -1 : block.Count;
        }

        // A chunk that was begun is taken: what is left of it goes before anything else.
        IsBusy = true;
        var taken = block.FrameAt(sent);
        if (sent > block.Begin(taken))
        {
            taken++;
            _rest = block.Bytes.AsMemory(sent, block.Begin(taken) - sent);
        }

        return taken;
    }

    /// <inheritdoc/>
    public override void End(CloseReason reason)
    {
        _hasEnded = true;

        // What it has put and not flushed must not be the next one's.
        _loop.SendBuffer.Clear();
        if (_descriptor < 0)
        {
            return;
        }

        if (reason == CloseReason.Unresponsive)
        {
            SocketOptions.Abandon(_descriptor);
        }

        if (IsBusy || reason is CloseReason.ClientGone or CloseReason.Unresponsive or CloseReason.Fault || !TryEndBody())
        {
            _loop.Close(_descriptor, _key);
        }
        else
        {
            ClosingSocket.Begin(_loop, _descriptor, _key);
        }
    }

    /// <inheritdoc/>
    public override bool HasVanished(TimeSpan patience) => _descriptor >= 0 && SocketOptions.HasVanished(_descriptor, patience);

    /// <inheritdoc/>
    public void Ready(PollEvents events)
    {
        // What the client says is of no interest, and isn't read.
        if ((events & PollEvents.Ended) != 0)
        {
            Loop.Close(Subscriber, CloseReason.ClientGone);
            return;
        }

        if ((events & PollEvents.Out) != 0 && IsBusy)
        {
            SendRest();
        }
    }

    /// <inheritdoc/>
    public void Drop() => Loop.Close(Subscriber, CloseReason.Fault);

    private void Open(ServerSocket socket, int descriptor, ulong key, byte[] head)
    {
        (_descriptor, _key) = (descriptor, key);
        if (_hasEnded)
        {
            // Before it began.
            _loop.Close(descriptor, key);
            return;
        }

        TakeOver();
        _isChunked = head.AsSpan().IndexOf("\r\nTransfer-Encoding: chunked\r\n"u8) >= 0;
        // What happened while it was on its way here was told to the server.
        if (socket.HasSeenEnd)
        {
            Loop.Close(Subscriber, CloseReason.ClientGone);
            return;
        }

        IsBusy = false;
        _loop.SendBuffer.Put(head);

        // With the first block in one call, if there is one.
        var isThere = Subscriber.HasOpening || Flush();
        if (!IsBusy)
        {
            Subscriber.Taken(isThere);
        }
    }

    private void TakeOver()
    {
        if (!_loop.Replace(_key, this))
        {
            // The loop has ended meanwhile: the descriptor may be somebody else's now.
            _descriptor = -1;
            return;
        }

        if (Subscriber.Set.Format.Behaviour.HeartbeatAfter is null)
        {
            SocketOptions.Probe(_descriptor, StreamOptions.DefaultHeartbeat);
        }
    }

    private void SendRest()
    {
        var sent = Send(_rest.Span);
        if (sent < 0)
        {
            Loop.Close(Subscriber, CloseReason.ClientGone);
            return;
        }

        _rest = _rest[sent..];
        if (_rest.IsEmpty)
        {
            _rest = default;
            IsBusy = false;
            Subscriber.Taken(isThere: true);
        }
        else if (sent > 0)
        {
            Subscriber.Progressed();
        }
    }

    /// <returns>The bytes that the kernel took; -1: the connection is gone.</returns>
    private int Send(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return 0;
        }

        var sent = Libc.Send(_descriptor, ref MemoryMarshal.GetReference(bytes), bytes.Length, Libc.DontWait);
        return sent >= 0 ? (int)sent : Libc.Error is Libc.WouldBlock or Libc.InterruptedCall ? 0 : -1;
    }

    private bool TryEndBody() => !_isChunked || Send("0\r\n\r\n"u8) == "0\r\n\r\n"u8.Length;

    /// <summary>A connection that the server has let go of.</summary>
    internal sealed class Opening(StreamSocket stream, ServerSocket socket, int descriptor, ulong key, byte[] head) : ILoopItem<DeliveryLoop>
    {
        public void Execute(DeliveryLoop loop) => stream.Open(socket, descriptor, key, head);

        public void Fail(DeliveryLoop loop, Exception exception) => loop.Close(stream.Subscriber, CloseReason.Fault);
    }
}
