using SseFabric.Contracts;
using SseFabric.Frontend.Feeds;
using SseFabric.Frontend.Framing;

namespace SseFabric.Frontend.Subscribers;

/// <summary>The subscribers that have the same list of channels in the same format: they share every byte, ids included.</summary>
/// <remarks>Used on the fan-out loop only, but for what never changes, and for each delivery loop's own <see cref="Subscribers"/>.</remarks>
internal sealed class ChannelSet
{
    private readonly Cursor[] _positions;

    public ChannelSet(IStreamFormat format, string names, ChannelFeed[] feeds, int loops)
    {
        Format = format;
        Names = names;
        Feeds = feeds;
        Hashes = Array.ConvertAll(feeds, feed => feed.Hash);
        _positions = new Cursor[feeds.Length];
        Places = new int[feeds.Length];
        Counts = new int[loops];
        Subscribers = new List<Subscriber>?[loops];
    }

    public IStreamFormat Format { get; }

    /// <summary>The channels' names, sorted and joined by NUL, which no name holds.</summary>
    public string Names { get; }

    /// <summary>The channels' feeds, sorted by name.</summary>
    public ChannelFeed[] Feeds { get; }

    /// <summary>What stands for the channels' names in event ids.</summary>
    public uint[] Hashes { get; }

    /// <summary>The set's place in each feed's list of sets.</summary>
    public int[] Places { get; }

    /// <summary>How many subscribers there are on each delivery loop, as the fan-out loop knows it: those on their way count, and those whose end hasn't been told yet.</summary>
    public int[] Counts { get; }

    /// <summary>How many subscribers there are.</summary>
    public int Count { get; private set; }

    /// <summary>Each delivery loop's subscribers; each is used on its loop only. Null: it never had one.</summary>
    public List<Subscriber>?[] Subscribers { get; }

    public static string NamesOf(IReadOnlyList<ChannelName> sorted) => sorted is [var only] ? only.Value : string.Join('\0', sorted.Select(channel => channel.Value));

    /// <summary>The position of subscribers that have been given everything.</summary>
    public Cursor[] LivePositions()
    {
        for (var i = 0; i < Feeds.Length; i++)
        {
            _positions[i] = Feeds[i].Sequence.Position;
        }

        return _positions;
    }

    public void Add(Subscriber subscriber)
    {
        Counts[subscriber.Loop.Index]++;
        Count++;
    }

    public void Remove(Subscriber subscriber)
    {
        Counts[subscriber.Loop.Index]--;
        Count--;
    }
}
