using SseFabric.Contracts;

namespace SseFabric.Channels.Stats;

/// <summary>What is counted of one channel where it is owned. Any thread.</summary>
public sealed class ChannelTraffic(ChannelName channel)
{
    /// <summary>How far back the rate looks, in milliseconds: what is older than twice this hardly counts any more.</summary>
    private const double MemoryMilliseconds = 1000;

    private readonly Lock _lock = new();
    private OwnedChannels? _owner;
    private double _weight;
    private long _last;

    /// <summary>The channel.</summary>
    public ChannelName Channel { get; } = channel;

    /// <summary>Its subscribers, on all frontends. Set by <see cref="OwnedChannels"/> alone once the channel is one of them.</summary>
    public int Subscribers { get; internal set; }

    /// <summary>Notes how many subscribers it has.</summary>
    public void Count(int subscribers)
    {
        if (_owner is { } owner)
        {
            owner.Count(this, subscribers);
        }
        else
        {
            Subscribers = subscribers;
        }
    }

    /// <summary>Events a second.</summary>
    /// <param name="now">Unix milliseconds.</param>
    public double Rate(long now)
    {
        lock (_lock)
        {
            return Remaining(now) * (1000 / MemoryMilliseconds);
        }
    }

    /// <summary>The channel has accepted an event.</summary>
    /// <param name="at">Unix milliseconds.</param>
    internal void Published(long at)
    {
        _owner?.CountPublished();
        lock (_lock)
        {
            // An average that forgets exponentially: two numbers, right for bursts and for trickles.
            (_weight, _last) = (Remaining(at) + 1, Math.Max(at, _last));
        }
    }

    internal void BelongTo(OwnedChannels? owner) => _owner = owner;

    private double Remaining(long now) => now <= _last ? _weight : _weight * Math.Exp((_last - now) / MemoryMilliseconds);
}
