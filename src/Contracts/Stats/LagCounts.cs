namespace SseFabric.Contracts.Stats;

/// <summary>How long a frontend has taken from an event's acceptance to its subscribers' sockets, counted by size since its start.</summary>
public static class LagCounts
{
    /// <summary>The upper bounds of the sizes, in seconds; what is above the last one is counted behind it.</summary>
    public static IReadOnlyList<double> Bounds { get; } = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30];

    /// <summary>Which count a measurement belongs to.</summary>
    public static int IndexOf(double seconds)
    {
        var index = 0;
        while (index < Bounds.Count && seconds > Bounds[index])
        {
            index++;
        }

        return index;
    }

    /// <summary>The time that a share of all measurements didn't exceed, in seconds; as Prometheus does, even within a size, and at most the last bound.</summary>
    /// <param name="counts">The counts, by size.</param>
    /// <param name="share">The share, above 0 and up to 1.</param>
    /// <returns>Null if there is no measurement.</returns>
    public static double? Quantile(ReadOnlySpan<long> counts, double share)
    {
        var all = 0L;
        foreach (var count in counts)
        {
            all += count;
        }

        var rank = share * all;
        var below = 0L;
        for (var i = 0; i < Bounds.Count && i < counts.Length; i++)
        {
            if (counts[i] > 0 && below + counts[i] >= rank)
            {
                var lower = i == 0 ? 0 : Bounds[i - 1];
                return lower + ((Bounds[i] - lower) * (rank - below) / counts[i]);
            }

            below += counts[i];
        }

        return all == 0 ? null : Bounds[^1];
    }
}
