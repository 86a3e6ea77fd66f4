using SseFabric.Contracts;
using SseFabric.Frontend.Framing;

namespace SseFabric.Frontend.Subscribers;

/// <summary>The bodies of events that subscribers resume with, encoded once for a crowd that comes back together. Used on the fan-out loop only.</summary>
/// <remarks>Emptied at every tick, and when it is full: only a crowd is worth the memory.</remarks>
internal sealed class SharedBodies
{
    /// <summary>How much is kept between two ticks, events and bodies, unless one event is more.</summary>
    public const long MaxBytes = 16 << 20;

    private Dictionary<PublishedEvent, byte[]> _bodies = New();
    private long _bytes;

    /// <summary>The body of an event. Events are told apart by identity: the feed's history gives everybody the same.</summary>
    public byte[] Of(PublishedEvent published)
    {
        if (_bodies.TryGetValue(published, out var body))
        {
            return body;
        }

        body = FrameWriter.Body(published.Event);

        // The event too: its history may let go of it meanwhile.
        var bytes = published.Size + body.Length;
        if (_bytes + bytes > MaxBytes)
        {
            Clear();
        }

        _bodies.Add(published, body);
        _bytes += bytes;
        return body;
    }

    public void Clear()
    {
        if (_bodies.Count > 0)
        {
            // A new one: the table of a large one would stay.
            _bodies = New();
            _bytes = 0;
        }
    }

    private static Dictionary<PublishedEvent, byte[]> New() => new(ReferenceEqualityComparer.Instance);
}
