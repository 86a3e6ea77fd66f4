using SseFabric.Contracts.Clustering;
using SseFabric.Contracts.Stats;

namespace SseFabric.Grains.Stats;

/// <summary>Adds up reports, and keeps the totals from going back. Not thread-safe; knows no clock and no cluster.</summary>
/// <remarks>
/// <para>What a process has counted stays in the totals when it is gone. That sum lives here alone, so a tally that begins anew, as the silo of the old one
/// has died, finds it again: each report says what cluster's totals its process was last told, and what its own were in them. Once everybody who is
/// there has reported, the highest totals that anybody was told, less what those who are there had in them, are those of who is gone. One who reports
/// later yet had his part in them too.</para>
/// <para>Until then the totals are the highest ones told.</para>
/// </remarks>
internal sealed class ClusterTally
{
    private readonly Dictionary<SiloAddress, Entry> _entries = [];
    private CountedTotals _gone;
    private CountedTotals _told;
    private CountedTotals _acknowledged;
    private bool _isSettled;

    /// <summary>The totals of all, those that are gone too.</summary>
    public CountedTotals Totals
    {
        get
        {
            var here = CountedTotals.Sum(_entries.Values.Select(entry => entry.Counts.Totals));
            return _isSettled ? _gone + _told.Without(_acknowledged) + here : here.AtLeast(_told);
        }
    }

    /// <summary>Takes a report in place of the process's last.</summary>
    public void Report(SiloAddress process, StatsReport report)
    {
        if (!_entries.TryGetValue(process, out var entry))
        {
            entry = new Entry();
            _entries.Add(process, entry);
            _told = _told.AtLeast(report.Cluster);
            _acknowledged += report.Acknowledged;
        }

        entry.Counts = report.Counts;
        entry.Channels = report.Channels ?? entry.Channels;
    }

    /// <summary>Everybody who is there has reported, or nobody waits for the rest.</summary>
    /// <param name="members">Who is there.</param>
    /// <param name="hasWaited">Whether the rest has had its time.</param>
    public void Settle(IEnumerable<SiloAddress> members, bool hasWaited) => _isSettled |= hasWaited || members.All(_entries.ContainsKey);

    /// <summary>Drops processes that are gone; their totals stay.</summary>
    public void DropWhere(Func<SiloAddress, bool> isGone)
    {
        foreach (var (process, entry) in _entries.Where(entry => isGone(entry.Key)).ToArray())
        {
            _entries.Remove(process);
            _gone += entry.Counts.Totals;
        }
    }

    /// <summary>All of it.</summary>
    public StatsSnapshot Snapshot(long now)
    {
        // A channel that has just moved may be in two reports.
        var channels = _entries.Values.SelectMany(entry => entry.Channels)
            .OrderByDescending(channel => channel.Subscribers).ThenBy(channel => channel.Channel, StringComparer.Ordinal)
            .DistinctBy(channel => channel.Channel)
            .Take(FabricStats.MaxChannels);
        var processes = _entries.ToDictionary(entry => entry.Key, entry => entry.Value.Counts);
        return new StatsSnapshot(now, Totals.Without(CountedTotals.Sum(processes.Values.Select(counts => counts.Totals))), [.. channels], processes);
    }

    private sealed class Entry
    {
        public ProcessCounts Counts { get; set; } = null!;

        public ChannelCount[] Channels { get; set; } = [];
    }
}
