using System.Diagnostics.Metrics;

namespace SseFabric.Channels.History;

/// <summary>What is measured of stored histories, on the meter <c>SseFabric.Channels</c>. Any thread.</summary>
public sealed class HistoryMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "SseFabric.Channels";

    private readonly Counter<long> _unrecorded;
    private readonly UpDownCounter<long> _degraded;

    /// <summary>Creates the instruments.</summary>
    public HistoryMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _unrecorded = meter.CreateCounter<long>("ssefabric.history.unrecorded", "{event}", "Events that were delivered but that the history's store refused.");
        _degraded = meter.CreateUpDownCounter<long>("ssefabric.history.degraded", "{channel}", "Channels whose history's store refuses events now.");
    }

    internal void Unrecorded(int events) => _unrecorded.Add(events);

    internal void Degraded(int change) => _degraded.Add(change);
}
