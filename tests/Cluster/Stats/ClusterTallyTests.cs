using System.Net;
using SseFabric.Contracts.Clustering;
using SseFabric.Grains.Stats;

namespace SseFabric.Cluster.Stats;

/// <summary>Totals that never go back, whoever dies.</summary>
[Trait("Suite", "Cluster")]
public sealed class ClusterTallyTests
{
    private static readonly SiloAddress s_a = Address(1);
    private static readonly SiloAddress s_b = Address(2);
    private static readonly SiloAddress s_c = Address(3);

    [Fact]
    public void Report_OfAProcess_TakesThePlaceOfItsLast()
    {
        var tally = Settled(s_a);

        tally.Report(s_a, Report(served: 5));
        tally.Report(s_a, Report(served: 7));

        Assert.Equal(Served(7), tally.Totals);
    }

    [Fact]
    public void Drop_ProcessGone_ItsTotalsStayAndTheRestGoes()
    {
        var tally = Settled(s_a, s_b);
        tally.Report(s_a, Report(served: 5, connected: 2, new ChannelCount("a", 2, 0)));
        tally.Report(s_b, Report(served: 7, connected: 3, new ChannelCount("b", 3, 0)));

        tally.DropWhere(process => process.Equals(s_a));

        var snapshot = tally.Snapshot(0);
        Assert.Equal((Served(12), Served(5)), (tally.Totals, snapshot.Gone));
        Assert.Equal([s_b], snapshot.Processes.Keys);
        Assert.Equal(["b"], snapshot.Channels.Select(channel => channel.Channel));
    }

    /// <summary>The silo that added up has died, and with it what it knew of those that were gone before, and of itself.</summary>
    [Fact]
    public void Begin_Anew_FindsTheTotalsOfThoseThatAreGone()
    {
        var old = Settled(s_a, s_b, s_c);
        old.Report(s_c, Report(served: 100));
        old.Report(s_a, Report(served: 10));
        old.Report(s_b, Report(served: 20));
        var told = old.Totals;
        Assert.Equal(Served(130), told);

        var tally = new ClusterTally();
        tally.Report(s_a, Report(served: 11) with { Acknowledged = Served(10), Cluster = Served(110) });
        tally.Settle([s_a, s_b], hasWaited: false);
        Assert.Equal(Served(110), tally.Totals);

        tally.Report(s_b, Report(served: 23) with { Acknowledged = Served(20), Cluster = told });
        tally.Settle([s_a, s_b], hasWaited: false);

        Assert.Equal(Served(100 + 11 + 23), tally.Totals);
    }

    [Fact]
    public void Begin_AnewWithoutOneThatIsThere_GoesOnAfterAWhile()
    {
        var tally = new ClusterTally();
        tally.Report(s_a, Report(served: 11) with { Acknowledged = Served(10), Cluster = Served(50) });

        tally.Settle([s_a, s_b], hasWaited: true);

        Assert.Equal(Served(51), tally.Totals);
    }

    /// <summary>Nobody waited for it, and yet what it had in the totals that others were told isn't that of one who is gone.</summary>
    [Fact]
    public void Report_OfOneThatComesLate_IsCountedOnce()
    {
        var tally = new ClusterTally();
        tally.Report(s_a, Report(served: 11) with { Acknowledged = Served(10), Cluster = Served(130) });
        tally.Settle([s_a, s_b], hasWaited: true);
        Assert.Equal(Served(131), tally.Totals);

        tally.Report(s_b, Report(served: 23) with { Acknowledged = Served(20), Cluster = Served(140) });

        Assert.Equal(Served(140 - 10 - 20 + 11 + 23), tally.Totals);
    }

    /// <summary>A process adds its own counts as they are to what it is told of the others, and a tally that begins anew may know it by what they were told alone.</summary>
    [Fact]
    public void Totals_OfOneThatHasNotReportedYet_CountItOnce()
    {
        var tally = new ClusterTally();
        tally.Report(s_a, Report(served: 11) with { Acknowledged = Served(10), Cluster = Served(130) });
        tally.Settle([s_a, s_b], hasWaited: true);

        Assert.Equal(Served(131), ClusterStats.Totals(tally.Snapshot(0), s_b, Served(20)));
        Assert.Equal(Served(200), ClusterStats.Totals(tally.Snapshot(0), s_b, Served(200)));
        Assert.Equal(Served(133), ClusterStats.Totals(tally.Snapshot(0), s_a, Served(13)));
    }

    [Fact]
    public void Report_WithoutChannels_KeepsThoseOfTheLast()
    {
        var tally = Settled(s_a);
        tally.Report(s_a, Report(served: 0, connected: 2, new ChannelCount("a", 2, 1)));

        tally.Report(s_a, Report(served: 0) with { Channels = null });
        Assert.Equal([new ChannelCount("a", 2, 1)], tally.Snapshot(0).Channels);

        tally.Report(s_a, Report(served: 0));
        Assert.Empty(tally.Snapshot(0).Channels);
    }

    [Fact]
    public void Snapshot_ChannelThatMoves_IsListedOnce()
    {
        var tally = Settled(s_a, s_b);
        tally.Report(s_a, Report(0, 0, new ChannelCount("moves", 2, 0), new ChannelCount("a", 1, 0)));
        tally.Report(s_b, Report(0, 0, new ChannelCount("b", 5, 0), new ChannelCount("moves", 3, 0)));

        Assert.Equal([("b", 5), ("moves", 3), ("a", 1)], tally.Snapshot(0).Channels.Select(channel => (channel.Channel, channel.Subscribers)));
    }

    private static ClusterTally Settled(params SiloAddress[] members)
    {
        var tally = new ClusterTally();
        foreach (var member in members)
        {
            tally.Report(member, Report(0));
        }

        tally.Settle(members, hasWaited: false);
        return tally;
    }

    private static StatsReport Report(long served, long connected = 0, params ChannelCount[] channels) =>
        new(new ProcessCounts("p", true, true, false, false, connected, channels.Length, Served(served), null), channels, default, default);

    private static CountedTotals Served(long served) => new(served, 0, 0, 0);

    private static SiloAddress Address(int port) => SiloAddress.New(new IPEndPoint(IPAddress.Loopback, port), 1);
}
