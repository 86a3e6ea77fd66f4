using SseFabric.Channels.Sources;
using SseFabric.Contracts;

namespace SseFabric.Channels.Ordering;

/// <summary>What one attached feed of a channel has still to be given. Used under the channel's lock only, but for <see cref="Wake"/>.</summary>
/// <remarks>
/// Bounded by bytes. A local lane counts in the <see cref="IngestGate"/> and relies on it: its source waits. A lane without a gate passes over events
/// that don't fit: the feed sees the hole by their offsets and reads the channel's history.
/// </remarks>
public sealed class FeedLane(Action<FeedLane> wake, IngestGate? gate, long maxBytes)
{
    private readonly Queue<PublishedEvent> _waiting = new();
    private long _bytes;
    private bool _beat;
    private bool _awake;

    /// <summary>Queues an event.</summary>
    /// <returns>Whether <see cref="Wake"/> is to be called once the lock is left.</returns>
    internal bool Add(PublishedEvent published)
    {
        var size = published.Size;
        if (gate is null && _bytes + size > maxBytes && _waiting.Count > 0)
        {
            return Beat();
        }

        _waiting.Enqueue(published);
        _bytes += size;
        gate?.Add(size);
        return Rouse();
    }

    /// <summary>Asks for a beat: the channel's head is repeated, with or without events.</summary>
    internal bool Beat()
    {
        _beat = true;
        return Rouse();
    }

    /// <summary>Takes up to about <paramref name="maxBatchBytes"/> of what waits; null if nothing does, and the lane then sleeps until the next wake.</summary>
    internal EventBatch? Take(ChannelName channel, Cursor head, SourceState source, long maxBatchBytes)
    {
        if (_waiting.Count == 0)
        {
            if (!_beat)
            {
                _awake = false;
                return null;
            }

            _beat = false;
            return new EventBatch(channel, [], head, source);
        }

        var events = new List<PublishedEvent>(Math.Min(_waiting.Count, 1024));
        long bytes = 0;
        while (bytes < maxBatchBytes && _waiting.TryDequeue(out var published))
        {
            events.Add(published);
            bytes += published.Size;
        }

        _bytes -= bytes;
        return new EventBatch(channel, events, events[^1].Cursor, source);
    }

    /// <summary>Forgets what waits. Called when the feed is detached.</summary>
    internal void Clear()
    {
        _waiting.Clear();
        gate?.Release(_bytes);
        _bytes = 0;
        _beat = false;
    }

    /// <summary>Tells the lane's owner that there is something to take: once, until <see cref="Take"/> has returned null.</summary>
    internal void Wake() => wake(this);

    private bool Rouse()
    {
        var asleep = !_awake;
        _awake = true;
        return asleep;
    }
}
