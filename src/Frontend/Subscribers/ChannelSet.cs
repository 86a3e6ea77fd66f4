using SseFabric.Contracts;
using SseFabric.Frontend.Feeds;
using SseFabric.Frontend.Framing;
using SseFabric.Frontend.Resume;

namespace SseFabric.Frontend.Subscribers;

/// <summary>The subscribers that have the same list of channels: they share every byte, ids included. Used on the fan-out loop only.</summary>
internal sealed class ChannelSet
{
    private readonly uint[] _hashes;
    private readonly Cursor[] _positions;

    public ChannelSet(string key, ChannelFeed[] feeds)
    {
        Key = key;
        Feeds = feeds;
        _hashes = Array.ConvertAll(feeds, feed => EventIdFormat.Hash(feed.Channel));
        _positions = new Cursor[feeds.Length];
        Places = new int[feeds.Length];
    }

    /// <summary>The names, sorted and joined by NUL, which no name holds.</summary>
    public string Key { get; }

    /// <summary>The channels' feeds, sorted by name.</summary>
    public ChannelFeed[] Feeds { get; }

    /// <summary>The set's place in each feed's list of sets.</summary>
    public int[] Places { get; }

    public List<Subscriber> Subscribers { get; } = [];

    public static string KeyOf(IEnumerable<ChannelName> sorted) => string.Join('\0', sorted.Select(channel => channel.Value));

    /// <summary>The position of subscribers that have been given everything.</summary>
    public Cursor[] LivePositions()
    {
        for (var i = 0; i < Feeds.Length; i++)
        {
            _positions[i] = Feeds[i].Sequence.Position;
        }

        return _positions;
    }

    /// <summary>The id line of a position.</summary>
    public byte[] IdLine(ReadOnlySpan<Cursor> positions) => FrameWriter.IdLine(EventIdFormat.Encode(_hashes, positions));

    /// <summary>The frame of an item of the channel with index <paramref name="channel"/>.</summary>
    /// <param name="item">What happened.</param>
    /// <param name="body">The item's bytes that all subscribers of the channel share.</param>
    /// <param name="channel">Index in <see cref="Feeds"/>.</param>
    /// <param name="positions">Where the subscribers stand in every channel; moved on to the item's position.</param>
    /// <param name="retry">The reconnection time that follows a gap.</param>
    public Frame Frame(in FeedItem item, byte[] body, int channel, Cursor[] positions, TimeSpan retry)
    {
        positions[channel] = item.Position;
        var idLine = IdLine(positions);
        return item.Event is null
            ? new Frame(body, FrameWriter.PositionBlock(idLine, retry), idLine, channel)
            : new Frame(idLine, body, idLine, channel);
    }

    public void Add(Subscriber subscriber)
    {
        subscriber.IndexInSet = Subscribers.Count;
        Subscribers.Add(subscriber);
    }

    public void Remove(Subscriber subscriber)
    {
        var last = Subscribers[^1];
        Subscribers[subscriber.IndexInSet] = last;
        last.IndexInSet = subscriber.IndexInSet;
        Subscribers.RemoveAt(Subscribers.Count - 1);
    }
}
