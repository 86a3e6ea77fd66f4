using System.Diagnostics.Metrics;
using SseFabric.Channels.History;

namespace SseFabric.Channels.Stats;

/// <summary>What is measured of channels' planned moves, on the meter <c>SseFabric.Channels</c>. Any thread.</summary>
public sealed class MoveMetrics
{
    private readonly UpDownCounter<long> _leaving;
    private readonly Counter<long> _moved;

    /// <summary>Creates the instruments.</summary>
    public MoveMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(HistoryMetrics.MeterName);
        _leaving = meter.CreateUpDownCounter<long>("ssefabric.channels.leaving", "{channel}", "Channels that are on their way to another silo, because this one ends.");
        _moved = meter.CreateCounter<long>("ssefabric.channels.moved", "{channel}", "Channels that have left for another silo, because this one ends, by outcome.");
    }

    /// <summary>A channel begins to leave.</summary>
    public void Leaving() => _leaving.Add(1);

    /// <summary>A channel has left.</summary>
    public void Left(MoveOutcome outcome)
    {
        _leaving.Add(-1);
        _moved.Add(1, new KeyValuePair<string, object?>("outcome", Word(outcome)));
    }

    private static string Word(MoveOutcome outcome) => outcome switch
    {
        MoveOutcome.Unbroken => "unbroken",
        MoveOutcome.Broken => "broken",
        MoveOutcome.Failed => "failed",
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, null),
    };
}
