using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using SseFabric.Channels.Configuration;
using SseFabric.Frontend.Framing;

namespace SseFabric.Frontend.Subscribers;

/// <summary>One open stream. Used on the fan-out loop only, but for <see cref="Completion"/> and posting it.</summary>
/// <remarks>
/// Idle: written at once from the loop. Busy (the transport has not taken the last write): queued, and written in slices of at most
/// <see cref="MaxWriteBytes"/> and one frame, so that what the transport holds of a stalled subscriber stays bounded too. Nothing is written once
/// <see cref="Completion"/> is set.
/// </remarks>
internal sealed class Subscriber(PipeWriter writer, Action abort, Socket? socket, StreamOptions options, bool isPoll = false) : ILoopItem
{
    /// <summary>How much is written before the transport is asked to take it, unless one frame is more.</summary>
    public const int MaxWriteBytes = 64 * 1024;

    private readonly SubscriberQueue _queue = new(options.SlowSubscriber, options.MaxQueuedBytes);
    private readonly TaskCompletionSource<CloseReason> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ValueTask<FlushResult> _flush;
    private Action? _onFlushed;
    private Backlog? _backlog;
    private FanOut? _loop;
    private CloseReason _closing;
    private bool _isOver;
    private long _queuedBytes;

    public ChannelSet Set { get; private set; } = null!;

    public int IndexInSet { get; set; }

    /// <summary>Why the stream ended, once nothing is written to it any more.</summary>
    public Task<CloseReason> Completion => _completion.Task;

    public Socket? Socket { get; } = socket;

    public bool IsClosed => _closing != default;

    /// <summary>Whether the subscriber has been joined to its channels.</summary>
    public bool IsJoined => _loop is not null;

    /// <summary>Whether the transport has not taken the last write yet.</summary>
    public bool IsBusy { get; private set; }

    /// <summary>The walk of the loop that it has not taken yet and that may wait for it; -1: none.</summary>
    public long BusySinceWalk { get; set; } = -1;

    /// <summary>The wheel's tick of the last write.</summary>
    public long LastWriteTick { get; private set; }

    /// <summary>After how many ticks of silence it is sent a heartbeat; 0: it is sent none.</summary>
    public long HeartbeatTicks { get; set; }

    /// <summary>The wheel's tick of the next heartbeat; <see cref="long.MaxValue"/>: of none.</summary>
    public long HeartbeatTick => HeartbeatTicks == 0 ? long.MaxValue : (SteadySince ?? LastWriteTick) + HeartbeatTicks;

    /// <summary>The wheel's tick of the last heartbeat, if they come at a steady beat; null: they come in silence.</summary>
    public long? SteadySince { get; set; }

    /// <summary>The wheel's tick at which the stream ends; <see cref="long.MaxValue"/>: at none.</summary>
    public long EndTick { get; set; } = long.MaxValue;

    public CloseReason EndReason { get; set; }

    /// <summary>When the permission to read it ends, in ticks of the UTC clock; <see cref="long.MaxValue"/>: never.</summary>
    public long ExpiresAt { get; init; } = long.MaxValue;

    /// <summary>The id of the token that it was opened with; null: none.</summary>
    public string? TokenId { get; init; }

    /// <summary>The wheel's tick for <see cref="ExpiresAt"/>, and once the permission has ended the tick at which it did.</summary>
    public long ExpiryTick { get; set; } = long.MaxValue;

    /// <summary>Whether it may not be read any more: it only has still to be told.</summary>
    public bool IsRevoked => EndReason is CloseReason.TokenExpired or CloseReason.Kicked;

    /// <summary>Whether it is given nothing more, and ends once the transport has taken what it has been given.</summary>
    public bool IsEnding { get; set; }

    /// <summary>Whether it is a poll: an ordinary response, which ends soon after its first event.</summary>
    public bool IsPoll { get; } = isPoll;

    /// <summary>Whether it is a poll that has been given nothing yet.</summary>
    public bool IsWaitingPoll { get; set; } = isPoll;

    /// <summary>What it is written before anything else.</summary>
    public ReadOnlyMemory<byte> Prelude { get; init; }

    /// <summary>Where the wheel keeps the subscriber; -1: nowhere.</summary>
    public (int Slot, int Index) WheelPlace { get; set; } = (-1, -1);

    public void Joined(FanOut loop, ChannelSet set) => (_loop, Set) = (loop, set);

    /// <summary>Writes frames in order, or queues what the transport doesn't take now.</summary>
    public void Write(ReadOnlySpan<Frame> frames)
    {
        if (IsEnding)
        {
            // It comes back for them.
            return;
        }

        var next = 0;
        while (next < frames.Length && !IsBusy && !IsClosed)
        {
            var written = 0;
            while (next < frames.Length && (written == 0 || written + frames[next].Length <= MaxWriteBytes))
            {
                Put(frames[next]);
                written += frames[next++].Length;
            }

            Flush();
        }

        if (next < frames.Length && !IsClosed && _queue.Count == 0)
        {
            _loop!.BecameBusy(this);
        }

        for (; next < frames.Length && !IsClosed; next++)
        {
            var dropped = _queue.Enqueue(frames[next]);
            if (dropped < 0)
            {
                _loop!.Close(this, CloseReason.Slow);
            }
            else if (dropped > 0)
            {
                _loop!.Metrics.FramesDropped(dropped);
            }
        }

        CountQueue();
        TellFirstEvent();
    }

    /// <summary>Writes the first block and, in one go with it, what it resumes with: before any frame that comes later.</summary>
    public void Begin(ReadOnlySpan<byte> block, Backlog backlog)
    {
        Put(Prelude.Span);
        Put(block);
        if (backlog.Count == 0)
        {
            Flush();
            return;
        }

        _backlog = backlog;
        if (WriteQueued())
        {
            TellFirstEvent();
        }
    }

    /// <summary>Writes bytes that are no frame, if the transport takes them now: a heartbeat, the end of the response.</summary>
    public void WriteIfIdle(ReadOnlySpan<byte> bytes)
    {
        if (!IsBusy && !IsClosed)
        {
            Put(bytes);
            Flush();
        }
    }

    /// <summary>Ends the stream: <see cref="Completion"/> is set as soon as no write is under way.</summary>
    public void Close(CloseReason reason)
    {
        _closing = reason;
        CountQueue();
        _loop!.CaughtUp(this);
        if (IsBusy || reason == CloseReason.Unresponsive)
        {
            // What the peer doesn't take can't be ended in order; the abort also ends the write under way.
            abort();
        }

        if (!IsBusy)
        {
            _completion.TrySetResult(reason);
        }
    }

    /// <summary>The transport took the last write: what has been queued goes out.</summary>
    void ILoopItem.Execute(FanOut loop)
    {
        IsBusy = false;
        if (!EndFlush() && !IsClosed)
        {
            loop.Close(this, CloseReason.ClientGone);
        }
        else if (_isOver && !IsClosed)
        {
            loop.Close(this, CloseReason.PublisherEnded);
        }

        if (IsClosed)
        {
            _completion.TrySetResult(_closing);
            return;
        }

        WriteQueued();
        if (IsBusy)
        {
            return;
        }

        loop.CaughtUp(this);
        if (IsEnding)
        {
            loop.HasTakenAll(this);
        }
    }

    private void TellFirstEvent()
    {
        if (IsWaitingPoll && !IsClosed)
        {
            IsWaitingPoll = false;
            _loop!.FirstEvent(this);
        }
    }

    /// <returns>Whether there was anything to write.</returns>
    private bool WriteQueued()
    {
        var hasWritten = false;
        while (!IsBusy && !IsClosed && (_backlog is not null || _queue.Count > 0 || _queue.Dropped is not null))
        {
            var written = PutBacklog();
            if (_backlog is null)
            {
                TellDropped();
                while (written < MaxWriteBytes && _queue.TryDequeue(out var frame))
                {
                    Put(frame);
                    written += frame.Length;
                }
            }

            hasWritten |= written > 0;
            Flush();
        }

        CountQueue();
        return hasWritten;
    }

    private void CountQueue()
    {
        var bytes = IsClosed ? 0 : _queue.Bytes;
        if (bytes != _queuedBytes)
        {
            _loop!.Metrics.QueueChanged(bytes - _queuedBytes);
            _queuedBytes = bytes;
        }
    }

    private int PutBacklog()
    {
        var written = 0;
        while (written < MaxWriteBytes && _backlog is { Count: > 0 })
        {
            if (_backlog.Take() is { } frame)
            {
                Put(frame);
                written += frame.Length;
            }
        }

        _backlog = _backlog is { Count: > 0 } ? _backlog : null;
        if (written > 0)
        {
            _loop!.Metrics.BacklogHandedOut(written);
        }

        return written;
    }

    private void TellDropped()
    {
        if (_queue.Dropped is not { } channels)
        {
            return;
        }

        var told = Set.Format.Dropped(Set, channels, _queue.DroppedThrough!);
        if (told.Length > 0)
        {
            Put(told);
            _loop!.Metrics.GapTold(Feeds.GapReason.Slow, channels.Count);
        }

        _queue.ForgetDropped();
    }

    private void Put(in Frame frame)
    {
        if (_isOver)
        {
            return;
        }

        _isOver = frame.IsLast;
        Put(frame.First);
        Put(frame.Second);
    }

    private void Put(ReadOnlySpan<byte> bytes)
    {
        if (IsClosed)
        {
            return;
        }

        try
        {
            writer.Write(bytes);
        }
        catch (Exception exception) when (IsOfConnection(exception))
        {
            _loop!.Close(this, CloseReason.ClientGone);
        }
    }

    private void Flush()
    {
        if (IsClosed)
        {
            return;
        }

        LastWriteTick = _loop!.Wheel.Now;
#pragma warning disable CA2012 // Kept for the one EndFlush that consumes it.
        try
        {
            _flush = writer.FlushAsync();
        }
        catch (Exception exception) when (IsOfConnection(exception))
        {
            _flush = ValueTask.FromException<FlushResult>(exception);
        }
#pragma warning restore CA2012

        if (!_flush.IsCompleted)
        {
            IsBusy = true;
            _flush.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(_onFlushed ??= () => _loop.Post(this));
        }
        else if (!EndFlush())
        {
            _loop.Close(this, CloseReason.ClientGone);
        }
        else if (_isOver)
        {
            _loop.Close(this, CloseReason.PublisherEnded);
        }
    }

    private bool EndFlush()
    {
        try
        {
#pragma warning disable VSTHRD002 // It is completed: nothing is waited for.
            var result = _flush.GetAwaiter().GetResult();
#pragma warning restore VSTHRD002
            return !result.IsCompleted && !result.IsCanceled;
        }
        catch (Exception exception) when (IsOfConnection(exception))
        {
            // The connection is gone; what is left to do is the same as for one that was closed.
            return false;
        }
        finally
        {
            _flush = default;
        }
    }

    // What a response throws that is over or has no body: it is one stream's end, and the loop serves everybody.
    private static bool IsOfConnection(Exception exception) =>
        exception is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException;
}
