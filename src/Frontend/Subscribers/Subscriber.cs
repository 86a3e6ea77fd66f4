using SseFabric.Channels.Configuration;
using SseFabric.Frontend.Engine;
using SseFabric.Frontend.Framing;

namespace SseFabric.Frontend.Subscribers;

/// <summary>One open stream. Used on its delivery loop only, once it has been joined to its channels.</summary>
/// <remarks>
/// Idle: written at once from the loop. Busy (the transport has not taken the last write): queued, and written in slices of at most
/// <see cref="StreamOutput.MaxWriteBytes"/> and one frame, so that what the transport holds of a stalled subscriber stays bounded too.
/// </remarks>
internal sealed class Subscriber : ILoopItem<FanOut>
{
    private readonly StreamOutput _output;
    private readonly StreamOptions _options;
    private SubscriberQueue? _queue;
    private byte[]? _opening;
    private Backlog? _backlog;
    private CloseReason _closing;
    private long _queuedBytes;

    /// <param name="loop">The loop that writes it.</param>
    /// <param name="output">What it is written to; nothing else is written there.</param>
    /// <param name="options">The stream's bounds.</param>
    /// <param name="isPoll">Whether it is a poll.</param>
    public Subscriber(DeliveryLoop loop, StreamOutput output, StreamOptions options, bool isPoll = false)
    {
        (Loop, _output, _options, IsPoll, IsWaitingPoll) = (loop, output, options, isPoll, isPoll);
        output.Of(this);
    }

    public DeliveryLoop Loop { get; }

    public ChannelSet Set { get; private set; } = null!;

    /// <summary>Its place among its loop's subscribers of the set.</summary>
    public int IndexInSet { get; set; }

    public bool IsClosed => _closing != default;

    /// <summary>Whether the subscriber has been joined to its channels.</summary>
    public bool IsJoined => Set is not null;

    /// <summary>Whether the transport has not taken the last write yet.</summary>
    public bool IsBusy => _output.IsBusy;

    /// <summary>The walk that waits, or waited, until it has taken what it was given; null: none.</summary>
    public DeliveryLoop.Hold? Hold { get; set; }

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
    public bool IsPoll { get; }

    /// <summary>Whether it is a poll that has been given nothing yet.</summary>
    public bool IsWaitingPoll { get; private set; }

    /// <summary>What it is written before anything else.</summary>
    public ReadOnlyMemory<byte> Prelude { get; init; }

    /// <summary>What it takes of the limits; null: there are none.</summary>
    public SubscriberSeat? Seat { get; init; }

    /// <summary>Where the wheel keeps the subscriber; -1: nowhere.</summary>
    public (int Slot, int Index) WheelPlace { get; set; } = (-1, -1);

    public void Joined(ChannelSet set) => Set = set;

    /// <summary>Whether it has still to be written its first block.</summary>
    public bool HasOpening => _opening is not null;

    /// <summary>What writes it, in a word.</summary>
    public string Path => _output.Path;

    /// <summary>Whether the peer has vanished without a word.</summary>
    public bool HasVanished(TimeSpan patience) => _output.HasVanished(patience);

    /// <summary>It is written to soon.</summary>
    public void Expect() => Prefetch.Object(_output);

    /// <summary>Writes frames in order, or queues what the transport doesn't take now.</summary>
    public void Write(FrameBlock block)
    {
        if (IsEnding)
        {
            // It comes back for them.
            return;
        }

        var next = 0;
        if (!_output.IsBusy)
        {
            next = _output.Write(block);
            LastWriteTick = Loop.Wheel.Now;
            if (next < 0)
            {
                Loop.Close(this, CloseReason.ClientGone);
                return;
            }
        }

        if (next < block.Count)
        {
            Enqueue(block, next);
        }

        TellFirstEvent();
        if (block.IsLast)
        {
            Loop.PublisherEnded(this);
        }
    }

    /// <summary>Writes the first block and, in one go with it, what it resumes with: before any frame that comes later.</summary>
    /// <remarks>An output that is busy from the beginning gets them when it isn't any more.</remarks>
    public void Begin(byte[] block, Backlog? backlog)
    {
        LastWriteTick = Loop.Wheel.Now;
        _opening = block;
        _backlog = backlog is { Count: > 0 } ? backlog : null;
        WriteQueued();
    }

    /// <summary>Writes bytes that are no frame, if the transport takes them now: a heartbeat, the end of the response.</summary>
    public void WriteIfIdle(ReadOnlySpan<byte> bytes)
    {
        if (!IsBusy && !IsClosed)
        {
            _output.Put(bytes);
            Flush();
        }
    }

    /// <summary>Ends the stream; the loop has let go of it.</summary>
    public void Close(CloseReason reason)
    {
        _closing = reason;
        CountQueue();
        _queue = null;
        _backlog = null;
        _output.End(reason);
    }

    /// <summary>The transport took the last write: what has been queued goes out.</summary>
    /// <param name="isThere">Whether the connection is still there.</param>
    public void Taken(bool isThere)
    {
        if (!isThere)
        {
            Loop.Close(this, CloseReason.ClientGone);
            return;
        }

        Progressed();
        WriteQueued();
        if (IsBusy || IsClosed)
        {
            return;
        }

        Loop.CaughtUp(this);
        if (IsEnding)
        {
            Loop.HasTakenAll(this);
        }
    }

    /// <summary>The transport has taken some of what it hadn't taken before.</summary>
    public void Progressed()
    {
        LastWriteTick = Loop.Wheel.Now;
        Loop.Progressed(this);
    }

    void ILoopItem<FanOut>.Execute(FanOut loop) => loop.Left(this);

    private void Enqueue(FrameBlock block, int next)
    {
        _queue ??= new SubscriberQueue(_options.SlowSubscriber, _options.MaxQueuedBytes);
        if (_queue.Count == 0)
        {
            Loop.BecameBusy(this);
        }

        for (; next < block.Count && !IsClosed; next++)
        {
            var dropped = _queue.Enqueue(new QueuedFrame(block, next));
            if (dropped < 0)
            {
                Loop.Close(this, CloseReason.Slow);
            }
            else if (dropped > 0)
            {
                Loop.Metrics.FramesDropped(dropped);
            }
        }

        CountQueue();
    }

    private void TellFirstEvent()
    {
        if (IsWaitingPoll && !IsClosed)
        {
            IsWaitingPoll = false;
            Loop.FirstEvent(this);
        }
    }

    private void WriteQueued()
    {
        var (hasWritten, isLast) = (false, false);
        while (!IsBusy && !IsClosed && (_opening is not null || _backlog is not null || _queue is { Count: > 0 } or { Dropped: not null }))
        {
            PutOpening();
            var written = PutBacklog(out isLast);
            if (_backlog is null && _queue is not null)
            {
                TellDropped(_queue);
                while (written < StreamOutput.MaxWriteBytes && _queue.TryDequeue(out var frame))
                {
                    _output.Put(frame.Block, frame.Index);
                    written += frame.Length;
                }
            }

            hasWritten |= written > 0;
            Flush();
        }

        CountQueue();
        if (hasWritten)
        {
            TellFirstEvent();
        }

        if (isLast)
        {
            Loop.PublisherEnded(this);
        }
    }

    private void CountQueue()
    {
        var bytes = IsClosed ? 0 : _queue?.Bytes ?? 0;
        if (bytes != _queuedBytes)
        {
            Loop.Metrics.QueueChanged(bytes - _queuedBytes);
            _queuedBytes = bytes;
        }
    }

    private void PutOpening()
    {
        if (_opening is not null)
        {
            _output.Put(Prelude.Span);
            _output.Put(_opening);
            _opening = null;
        }
    }

    private int PutBacklog(out bool isLast)
    {
        var written = 0;
        isLast = false;
        while (written < StreamOutput.MaxWriteBytes && _backlog is { Count: > 0 } && !isLast)
        {
            if (_backlog.Take(Loop.SharedBodies) is { } frame)
            {
                _output.Put(FrameBlock.Of(frame), 0);
                written += frame.Length;
                isLast = frame.IsLast;
            }
        }

        if (isLast)
        {
            _backlog = null;
            _queue = null;
        }
        else if (_backlog is { Count: 0 })
        {
            _backlog = null;
        }

        if (written > 0)
        {
            Loop.Metrics.BacklogHandedOut(written);
        }

        return written;
    }

    private void TellDropped(SubscriberQueue queue)
    {
        if (queue.Dropped is not { } channels)
        {
            return;
        }

        var told = Set.Format.Dropped(Set, channels, queue.DroppedThrough!);
        if (told.Length > 0)
        {
            _output.Put(told);
            Loop.Metrics.GapTold(Feeds.GapReason.Slow, channels.Count);
        }

        queue.ForgetDropped();
    }

    private void Flush()
    {
        LastWriteTick = Loop.Wheel.Now;
        if (!_output.Flush())
        {
            Loop.Close(this, CloseReason.ClientGone);
        }
    }
}
