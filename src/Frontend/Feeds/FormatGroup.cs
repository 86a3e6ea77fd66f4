using SseFabric.Frontend.Framing;
using SseFabric.Frontend.Subscribers;

namespace SseFabric.Frontend.Feeds;

/// <summary>The sets of a feed that have the same format: one body of an event is for all of them.</summary>
internal sealed class FormatGroup(IStreamFormat format)
{
    public IStreamFormat Format { get; } = format;

    /// <summary>The sets, each with the channel's index in it.</summary>
    public List<(ChannelSet Set, int Index)> Sets { get; } = [];

    public void Add(ChannelSet set, int index)
    {
        set.Places[index] = Sets.Count;
        Sets.Add((set, index));
    }

    /// <summary>Takes a set out; the last one moves to its place.</summary>
    public void Remove(ChannelSet set, int index)
    {
        var last = Sets[^1];
        Sets[set.Places[index]] = last;
        last.Set.Places[last.Index] = set.Places[index];
        Sets.RemoveAt(Sets.Count - 1);
    }
}
