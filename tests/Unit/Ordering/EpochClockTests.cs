using SseFabric.Channels.Ordering;
using SseFabric.TestKit.Waiting;

namespace SseFabric.Unit.Ordering;

[Trait("Suite", "Unit")]
public sealed class EpochClockTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void Next_ClockStandsStill_StillGrows()
    {
        var epochs = new EpochClock(_time);
        var first = epochs.Next(0);

        Assert.Equal(_time.GetUtcNow().ToUnixTimeMilliseconds(), first);
        Assert.Equal(first + 1, epochs.Next(0));
        Assert.Equal(first + 2, epochs.Next(5));
    }

    [Fact]
    public void Next_KnownIsAheadOfTheClock_IsAboveIt()
    {
        var epochs = new EpochClock(_time);
        var ahead = epochs.Next(0) + 1_000_000;

        Assert.Equal(ahead + 1, epochs.Next(ahead));
        Assert.Equal(ahead + 2, epochs.Next(0));
    }

    [Fact]
    public void Next_ClockMovesOn_FollowsIt()
    {
        var epochs = new EpochClock(_time);
        var first = epochs.Next(0);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(first + 1000, epochs.Next(0));
    }

    [Fact]
    public void Next_ManyThreads_NeverTheSameTwice()
    {
        var epochs = new EpochClock(_time);
        var taken = new long[4][];
        Parallel.For(0, taken.Length, worker => taken[worker] = [.. Enumerable.Range(0, 10_000).Select(_ => epochs.Next(0))]);

        Assert.Equal(40_000, taken.SelectMany(epochs => epochs).Distinct().Count());
        Assert.All(taken, own => Assert.Equal(own.Order(), own));
    }
}
