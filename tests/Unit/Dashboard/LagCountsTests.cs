using SseFabric.Contracts.Stats;

namespace SseFabric.Unit.Dashboard;

/// <summary>Lags counted by size, and what they say of all.</summary>
[Trait("Suite", "Unit")]
public sealed class LagCountsTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.001, 0)]
    [InlineData(0.0011, 1)]
    [InlineData(30, 13)]
    [InlineData(31, 14)]
    public void IndexOf_Measurement_IsTheFirstThatHoldsIt(double seconds, int index) => Assert.Equal(index, LagCounts.IndexOf(seconds));

    [Fact]
    public void Quantile_Counts_AreEvenWithinASize()
    {
        Assert.Null(LagCounts.Quantile([], 0.5));
        Assert.Null(LagCounts.Quantile(new long[15], 0.5));
        Assert.Equal(0.0005, LagCounts.Quantile([10], 0.5));
        Assert.Equal(0.001, LagCounts.Quantile([5, 5], 0.5));
        Assert.Equal(0.0015, LagCounts.Quantile([5, 5], 0.75)!.Value, 9);
        Assert.Equal(30, LagCounts.Quantile([.. new long[14], 1], 0.5));
    }
}
