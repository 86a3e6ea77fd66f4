using SseFabric.Contracts.Stats;

namespace SseFabric.Frontend.Dashboard;

/// <summary>Makes rates and lags of counts that only grow. Not thread-safe; knows no clock.</summary>
/// <remarks>Processes of a cluster report every half second, each on its own beat: over one second alone their counts would seem to jump.</remarks>
internal sealed class DashboardReckoner
{
    private const long RateWindow = 2_500;
    private const long LagWindow = 5_500;

    private readonly Queue<Reading> _readings = [];

    /// <summary>Takes what has been counted by now.</summary>
    public DashboardPoint Add(long now, FabricStats stats)
    {
        while (_readings.TryPeek(out var oldest) && now - oldest.Time > LagWindow)
        {
            _readings.Dequeue();
        }

        var reading = new Reading(
            now, stats.Totals.Events, stats.Published, stats.Processes.Where(process => process.Lag.Count > 0).DistinctBy(Key).ToDictionary(Key, process => process.Lag));
        var recent = _readings.FirstOrDefault(earlier => now - earlier.Time <= RateWindow);
        var lag = _readings.TryPeek(out var first) ? LagSince(first, reading) : [];
        _readings.Enqueue(reading);
        return new DashboardPoint(
            now,
            stats.Totals.Connected,
            Rate(recent, reading, counted => counted.Events),
            Rate(recent, reading, counted => counted.Published),
            Milliseconds(lag, 0.5),
            Milliseconds(lag, 0.9),
            Milliseconds(lag, 0.99));
    }

    private static (string, string) Key(ProcessStats process) => (process.Name, process.Address);

    private static double? Rate(Reading? from, Reading to, Func<Reading, long> count) =>
        from is null || to.Time <= from.Time ? null : Math.Round(Math.Max(0, count(to) - count(from)) * 1000d / (to.Time - from.Time), 1);

    private static double? Milliseconds(long[] counts, double share) =>
        LagCounts.Quantile(counts, share) is { } seconds ? Math.Round(seconds * 1000, 2) : null;

    // Process by process: one that is gone takes its counts along.
    private static long[] LagSince(Reading from, Reading to)
    {
        var counts = new long[LagCounts.Bounds.Count + 1];
        foreach (var (process, now) in to.Lag)
        {
            var before = from.Lag.GetValueOrDefault(process, []);
            for (var i = 0; i < Math.Min(counts.Length, now.Count); i++)
            {
                counts[i] += Math.Max(0, now[i] - (i < before.Count ? before[i] : 0));
            }
        }

        return counts;
    }

    private sealed record Reading(long Time, long Events, long Published, Dictionary<(string Name, string Address), IReadOnlyList<long>> Lag);
}
