using SseFabric.Contracts.Clustering;

namespace SseFabric.Grains.Stats;

/// <summary>Reckons with totals, each count for itself.</summary>
internal static class CountedTotalsMath
{
    extension(CountedTotals)
    {
        public static CountedTotals operator +(CountedTotals left, CountedTotals right) =>
            new(left.Served + right.Served, left.Events + right.Events, left.Missing + right.Missing, left.Published + right.Published);

        public static CountedTotals Sum(IEnumerable<CountedTotals> all) => all.Aggregate(default(CountedTotals), (sum, one) => sum + one);
    }

    extension(CountedTotals totals)
    {
        /// <summary>The difference, and nothing where that were less.</summary>
        public CountedTotals Without(CountedTotals part) => new(
            Math.Max(0, totals.Served - part.Served),
            Math.Max(0, totals.Events - part.Events),
            Math.Max(0, totals.Missing - part.Missing),
            Math.Max(0, totals.Published - part.Published));

        public CountedTotals AtLeast(CountedTotals other) => new(
            Math.Max(totals.Served, other.Served),
            Math.Max(totals.Events, other.Events),
            Math.Max(totals.Missing, other.Missing),
            Math.Max(totals.Published, other.Published));
    }
}
