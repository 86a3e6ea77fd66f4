using SseFabric.Channels.Ordering;
using SseFabric.Channels.Sources;

namespace SseFabric.Channels;

/// <summary>A channel of a <see cref="LocalFabric"/>; its mutable parts are guarded by the fabric's lock.</summary>
internal sealed class LocalChannel
{
    public LocalChannel(ChannelCore core, IChannelIntake intake, TimeSpan linger, IngestGate gate, FeedPump pump)
    {
        Core = core;
        Intake = intake;
        Linger = linger;
        Lane = new FeedLane(lane => pump.Wake(core, lane), gate, long.MaxValue);
    }

    public ChannelCore Core { get; }

    /// <summary>Where what is published goes in.</summary>
    public IChannelIntake Intake { get; }

    public TimeSpan Linger { get; }

    public FeedLane Lane { get; }

    /// <summary>Who needs the channel now: the attached feed, a publish or read under way.</summary>
    public int Pins { get; set; }

    public bool IsAttached { get; set; }

    public int Subscribers
    {
        get => Core.Traffic.Subscribers;
        set => Core.Traffic.Count(value);
    }

    /// <summary>The subscription to the source, under way or done.</summary>
    public Task<bool>? Subscribing { get; set; }

    /// <summary>UTC ticks at which the channel goes if nobody needs it before.</summary>
    public long ExpiresAt { get; set; }

    public bool IsExpiring { get; set; }
}
