using SseFabric.Contracts;
using SseFabric.Frontend.Feeds;
using SseFabric.Frontend.Framing;

namespace SseFabric.Frontend.Subscribers;

/// <summary>The bodies of events that subscribers resume with, encoded once for a crowd that comes back together. Used on its delivery loop only.</summary>
/// <remarks>Emptied at every tick, and when it is full: only a crowd is worth the memory.</remarks>
internal sealed class SharedBodies
{
    /// <summary>How much is kept between two ticks, events and bodies, unless one event is more.</summary>
    public const long MaxBytes = 16 << 20;

    private readonly Dictionary<IStreamFormat, Dictionary<PublishedEvent, byte[]>> _bodies = [];
    private long _bytes;

    /// <summary>The body of an event in a format. Events are told apart by identity: the feed's history gives everybody the same.</summary>
    public byte[]? Of(IStreamFormat format, ChannelFeed feed, PublishedEvent published)
    {
        if (_bodies.GetValueOrDefault(format)?.TryGetValue(published, out var body) is true)
        {
            return body;
        }

        body = format.Body(feed, published);
        if (body is null)
        {
            return null;
        }

        // The event too: its history may let go of it meanwhile.
        var bytes = published.Size + body.Length;
        if (_bytes + bytes > MaxBytes)
        {
            Clear();
        }

        if (!_bodies.TryGetValue(format, out var bodies))
        {
            // A new one after each clearing: the table of a large one would stay.
            _bodies.Add(format, bodies = new(ReferenceEqualityComparer.Instance));
        }

        bodies.Add(published, body);
        _bytes += bytes;
        return body;
    }

    public void Clear()
    {
        _bodies.Clear();
        _bytes = 0;
    }
}
