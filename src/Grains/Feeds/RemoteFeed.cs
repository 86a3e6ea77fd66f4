using SseFabric.Contracts;

namespace SseFabric.Grains.Feeds;

/// <summary>This process's attachment to a channel of the cluster, as this process knows it. Any thread; its fields are guarded by itself.</summary>
internal sealed class RemoteFeed(ChannelName channel)
{
    private readonly Lock _lock = new();
    private long _generation;
    private long _epoch;
    private long _lastHeard;
    private int _subscribers;
    private int _reported;
    private bool _repairing;

    public ChannelName Channel { get; } = channel;

    /// <summary>The silo that owned the channel when it was last asked; null until the first attach has been answered.</summary>
    public SiloAddress? Owner { get; private set; }

    /// <summary>The newest epoch known.</summary>
    public long Epoch
    {
        get
        {
            lock (_lock)
            {
                return _epoch;
            }
        }
    }

    public int Subscribers
    {
        get
        {
            lock (_lock)
            {
                return _subscribers;
            }
        }
    }

    /// <summary>An attach is on its way.</summary>
    /// <returns>The newest epoch known.</returns>
    public long BeginAttach(long generation, long lastKnownEpoch)
    {
        lock (_lock)
        {
            _generation = generation;
            return _epoch = Math.Max(_epoch, lastKnownEpoch);
        }
    }

    /// <summary>The attach was answered.</summary>
    public void Attached(SiloAddress owner, long epoch, int reported, long now)
    {
        lock (_lock)
        {
            Owner = owner;
            _epoch = Math.Max(_epoch, epoch);
            _lastHeard = now;
            _reported = reported;
        }
    }

    /// <summary>Whether no later attach has begun.</summary>
    public bool IsNewest(long generation)
    {
        lock (_lock)
        {
            return _generation == generation;
        }
    }

    /// <summary>A batch has come.</summary>
    public void Heard(long epoch, long now)
    {
        lock (_lock)
        {
            _epoch = Math.Max(_epoch, epoch);
            _lastHeard = now;
        }
    }

    /// <summary>Whether the owner should have been heard by now.</summary>
    public bool IsSilent(TimeProvider time, TimeSpan patience)
    {
        lock (_lock)
        {
            return Owner is not null && time.GetElapsedTime(_lastHeard) > patience;
        }
    }

    /// <summary>True for one caller until <see cref="EndRepair"/>.</summary>
    public bool TryBeginRepair()
    {
        lock (_lock)
        {
            return !_repairing && (_repairing = true);
        }
    }

    public void EndRepair()
    {
        lock (_lock)
        {
            _repairing = false;
        }
    }

    /// <summary>Notes a new count.</summary>
    /// <returns>Whether the owner has to be told.</returns>
    public bool Report(int subscribers)
    {
        lock (_lock)
        {
            _subscribers = subscribers;
            return _reported != subscribers;
        }
    }

    /// <summary>The owner has been told of a count.</summary>
    public void Reported(int subscribers)
    {
        lock (_lock)
        {
            _reported = subscribers;
        }
    }
}
