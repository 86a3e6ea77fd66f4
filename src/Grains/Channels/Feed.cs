using SseFabric.Channels.Ordering;

namespace SseFabric.Grains.Channels;

/// <summary>A frontend's attachment to a channel, where the channel is owned. Grain scheduler, but for the lane.</summary>
internal sealed class Feed
{
    private const long MaxLaneBytes = 32L << 20;

    /// <param name="frontend">The frontend.</param>
    /// <param name="wake">Called, on any thread, once for each time that something has come into the empty lane.</param>
    public Feed(SiloAddress frontend, Action<Feed> wake)
    {
        Frontend = frontend;
        Lane = new FeedLane(_ => wake(this), gate: null, MaxLaneBytes);
    }

    public SiloAddress Frontend { get; }

    /// <summary>What waits for the frontend. Events that don't fit are passed over: the frontend reads them from the history.</summary>
    public FeedLane Lane { get; }

    /// <summary>The newest attach.</summary>
    public long Generation { get; set; }

    public int Subscribers { get; set; }

    /// <summary>Sends what waits; complete once nothing does.</summary>
    public Task Pumping { get; set; } = Task.CompletedTask;

    /// <summary>Nothing is sent to it any more.</summary>
    public bool IsDetached { get; set; }
}
