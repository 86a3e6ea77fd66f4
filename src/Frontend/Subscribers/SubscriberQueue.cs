using SseFabric.Channels.Configuration;

namespace SseFabric.Frontend.Subscribers;

/// <summary>What a busy subscriber has still to be written, bounded by bytes. Not thread-safe; empty costs a few fields.</summary>
/// <remarks>The frame being written is not in the queue, and a frame larger than the bound is taken by an empty queue.</remarks>
internal sealed class SubscriberQueue(SlowSubscriberPolicy policy, int maxBytes)
{
    private QueuedFrame[] _frames = [];
    private int _first;

    /// <summary>Frames waiting.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes waiting.</summary>
    public long Bytes { get; private set; }

    /// <summary>Channels, by <see cref="QueuedFrame.Channel"/>, of which frames were dropped and not yet told; null if none were.</summary>
    public SortedSet<int>? Dropped { get; private set; }

    /// <summary>The id line of the last dropped frame: where the subscriber stands once it has been told.</summary>
    public byte[]? DroppedThrough { get; private set; }

    /// <summary>Adds a frame, making room as the policy says.</summary>
    /// <returns>How many frames were dropped for it; -1: it doesn't fit and the subscriber is to be closed.</returns>
    public int Enqueue(in QueuedFrame frame)
    {
        var dropped = 0;
        if (Count > 0 && Bytes + frame.Length > maxBytes)
        {
            switch (policy)
            {
                case SlowSubscriberPolicy.Close:
                    return -1;
                case SlowSubscriberPolicy.DropOldest:
                    dropped = DropOldest(frame.Length);
                    break;
                case SlowSubscriberPolicy.Latest:
                    Append(frame);
                    return KeepLatest();
                default:
                    throw new InvalidOperationException($"unknown policy {policy}");
            }
        }

        Append(frame);
        return dropped;
    }

    /// <summary>Takes the oldest frame.</summary>
    public bool TryDequeue(out QueuedFrame frame)
    {
        if (Count == 0)
        {
            frame = default;
            _frames = [];
            return false;
        }

        frame = _frames[_first];
        _frames[_first] = default;
        _first = (_first + 1) % _frames.Length;
        Count--;
        Bytes -= frame.Length;
        return true;
    }

    /// <summary>The gap has been told.</summary>
    public void ForgetDropped() => (Dropped, DroppedThrough) = (null, null);

    private int DropOldest(int room)
    {
        var dropped = 0;
        while (Count > 0 && Bytes + room > maxBytes)
        {
            TryDequeue(out var oldest);
            (Dropped ??= []).Add(oldest.Channel);
            DroppedThrough = oldest.IdLine;
            dropped++;
        }

        return dropped;
    }

    private int KeepLatest()
    {
        var before = Count;
        var channels = new HashSet<int>();
        var kept = new Stack<QueuedFrame>();
        for (var i = Count - 1; i >= 0; i--)
        {
            var frame = _frames[(_first + i) % _frames.Length];
            if (channels.Add(frame.Channel))
            {
                kept.Push(frame);
            }
        }

        (_frames, _first, Count, Bytes) = ([], 0, 0, 0);
        foreach (var frame in kept)
        {
            Append(frame);
        }

        return before - Count;
    }

    private void Append(in QueuedFrame frame)
    {
        if (Count == _frames.Length)
        {
            var larger = new QueuedFrame[Math.Max(4, Count * 2)];
            for (var i = 0; i < Count; i++)
            {
                larger[i] = _frames[(_first + i) % _frames.Length];
            }

            (_frames, _first) = (larger, 0);
        }

        _frames[(_first + Count) % _frames.Length] = frame;
        Count++;
        Bytes += frame.Length;
    }
}
