using System.Net;
using SseFabric.Grains.Channels;

namespace SseFabric.Cluster.Channels;

public sealed class FeedSetTests
{
    private static readonly SiloAddress s_one = SiloAddress.New(IPAddress.Loopback, 1, 1);
    private static readonly SiloAddress s_two = SiloAddress.New(IPAddress.Loopback, 2, 1);

    private readonly FeedSet _feeds = new();

    [Fact]
    public void Attach_Twice_IsOneFeed()
    {
        var first = Attach(s_one, 1, 3);
        var second = Attach(s_one, 2, 5);

        Assert.Same(first, second);
        Assert.Equal(1, _feeds.Count);
        Assert.Equal(5, _feeds.Subscribers);
    }

    [Fact]
    public void Subscribers_AreTheSumOfAllFeeds()
    {
        Attach(s_one, 1, 3);
        Attach(s_two, 1, 4);

        _feeds.Report(s_one, 10);

        Assert.Equal(14, _feeds.Subscribers);
        _feeds.Detach(s_two, 1);
        Assert.Equal(10, _feeds.Subscribers);
    }

    [Fact]
    public void Detach_OvertakenByALaterAttach_IsIgnored()
    {
        Attach(s_one, 5, 1);

        Assert.Null(_feeds.Detach(s_one, 4));
        Assert.Equal(1, _feeds.Count);
    }

    [Fact]
    public void Attach_OvertakenByALaterOne_KeepsTheLaterCount()
    {
        Attach(s_one, 5, 7);
        Attach(s_one, 4, 1);

        Assert.Equal(7, _feeds.Subscribers);
        Assert.Null(_feeds.Detach(s_one, 4));
    }

    [Fact]
    public void Detach_AttachedFeed_EndsIt()
    {
        var feed = Attach(s_one, 1, 1);

        Assert.Same(feed, _feeds.Detach(s_one, 1));

        Assert.True(feed.IsDetached);
        Assert.Null(_feeds.Detach(s_one, 1));
        Assert.Equal(0, _feeds.Subscribers);
    }

    [Fact]
    public void Report_UnknownFrontend_CountsNothing()
    {
        _feeds.Report(s_one, 3);

        Assert.Equal(0, _feeds.Subscribers);
    }

    private Feed Attach(SiloAddress frontend, long generation, int subscribers) => _feeds.Attach(frontend, generation, subscribers, _ => { });
}
