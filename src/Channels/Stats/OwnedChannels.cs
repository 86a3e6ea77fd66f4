using SseFabric.Contracts.Stats;

namespace SseFabric.Channels.Stats;

/// <summary>The channels that this process owns, those with the most subscribers first. Any thread.</summary>
/// <remarks>Kept in order as counts change, so that a look at the first ones costs the same however many there are.</remarks>
public sealed class OwnedChannels(TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly SortedSet<ChannelTraffic> _subscribed = new(Comparer<ChannelTraffic>.Create(Compare));
    private long _published;

    /// <summary>How many channels have subscribers, and how many events all have accepted.</summary>
    public OwnerCounts Counts
    {
        get
        {
            lock (_lock)
            {
                return new OwnerCounts(_subscribed.Count, Interlocked.Read(ref _published));
            }
        }
    }

    /// <summary>Begins to count a channel.</summary>
    public void Add(ChannelTraffic channel)
    {
        lock (_lock)
        {
            channel.BelongTo(this);
            if (channel.Subscribers > 0)
            {
                _subscribed.Add(channel);
            }
        }
    }

    /// <summary>Forgets a channel; what it has accepted stays counted.</summary>
    public void Remove(ChannelTraffic channel)
    {
        lock (_lock)
        {
            _subscribed.Remove(channel);
            channel.BelongTo(null);
        }
    }

    /// <summary>The channels with the most subscribers, the most first; none without.</summary>
    public ChannelStats[] Top(int max)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        lock (_lock)
        {
            return [.. _subscribed.Take(max).Select(channel => Stats(channel, now))];
        }
    }

    /// <summary>What is counted of a channel.</summary>
    public ChannelStats Stats(ChannelTraffic channel) => Stats(channel, time.GetUtcNow().ToUnixTimeMilliseconds());

    internal void Count(ChannelTraffic channel, int subscribers)
    {
        lock (_lock)
        {
            // Its place depends on its count: out before that changes.
            _subscribed.Remove(channel);
            channel.Subscribers = subscribers;
            if (subscribers > 0)
            {
                _subscribed.Add(channel);
            }
        }
    }

    internal void CountPublished() => Interlocked.Increment(ref _published);

    private static ChannelStats Stats(ChannelTraffic channel, long now) => new(channel.Channel, channel.Subscribers, Math.Round(channel.Rate(now), 2));

    private static int Compare(ChannelTraffic left, ChannelTraffic right)
    {
        var bySubscribers = right.Subscribers.CompareTo(left.Subscribers);
        return bySubscribers != 0 ? bySubscribers : string.CompareOrdinal(left.Channel.Value, right.Channel.Value);
    }
}
