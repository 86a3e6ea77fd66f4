using SseFabric.Contracts.Stats;
using SseFabric.Frontend.Dashboard;

namespace SseFabric.Unit.Dashboard;

/// <summary>Rates and lags out of counts that only grow.</summary>
[Trait("Suite", "Unit")]
public sealed class DashboardReckonerTests
{
    private readonly DashboardReckoner _reckoner = new();

    [Fact]
    public void Add_FirstReading_SaysNoRate()
    {
        Assert.Equal(new DashboardPoint(1000, 7, null, null, null, null, null), _reckoner.Add(1000, Stats(events: 500, connected: 7)));
    }

    [Fact]
    public void Add_Readings_GiveTheRateOfTwoSeconds()
    {
        _reckoner.Add(0, Stats(events: 0, published: 100));
        Assert.Equal((300, 10), Rates(_reckoner.Add(1000, Stats(events: 300, published: 110))));
        Assert.Equal((150, 5), Rates(_reckoner.Add(2000, Stats(events: 300, published: 110))));
        Assert.Equal((0, 0), Rates(_reckoner.Add(3000, Stats(events: 300, published: 110))));

        // Nobody has looked meanwhile.
        Assert.Equal((null, null), Rates(_reckoner.Add(60_000, Stats(events: 9000, published: 110))));
        Assert.Equal((0, 0), Rates(_reckoner.Add(61_000, Stats(events: 8000, published: 110))));
    }

    [Fact]
    public void Add_Lag_IsThatOfAllProcessesInTheLastFiveSeconds()
    {
        _reckoner.Add(0, Stats(lag: [("a", Lag((0, 1000))), ("b", Lag())]));
        var point = _reckoner.Add(1000, Stats(lag: [("a", Lag((0, 1050))), ("b", Lag((4, 50)))]));
        Assert.Equal((1, 18, 19.8), (point.Median, point.NineInTen, point.Worst));

        // One is gone and one has come: what they had counted before is nothing that happened now.
        point = _reckoner.Add(2000, Stats(lag: [("b", Lag((4, 50))), ("c", Lag((14, 1)))]));
        Assert.Equal(30_000, point.Worst);
        point = _reckoner.Add(8000, Stats(lag: [("b", Lag((4, 50)))]));
        Assert.Null(point.Median);
    }

    private static (double?, double?) Rates(DashboardPoint point) => (point.Deliveries, point.Published);

    private static long[] Lag(params (int Size, long Count)[] counts)
    {
        var lag = new long[LagCounts.Bounds.Count + 1];
        foreach (var (size, count) in counts)
        {
            lag[size] = count;
        }

        return lag;
    }

    private static FabricStats Stats(long events = 0, long published = 0, long connected = 0, params (string Name, long[] Lag)[] lag) => new(
        DateTimeOffset.UnixEpoch,
        new FrontendCounts(connected, 0, events, 0),
        published,
        0,
        [],
        [.. lag.Select(process => new ProcessStats(process.Name, "", ProcessState.Active, default(FrontendCounts), null) { Lag = process.Lag })]);
}
