using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace SseFabric.TestKit.Waiting;

/// <summary>Adds up what the counters of one meter factory count.</summary>
public sealed class MetricRecorder : IDisposable
{
    private readonly ConcurrentDictionary<(string Instrument, string Tag), long> _sums = new();
    private readonly MeterListener _listener = new();

    public MetricRecorder(IMeterFactory meters)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope == meters)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, measurement, tags, _) =>
            _sums.AddOrUpdate((instrument.Name, tags.Length == 0 ? "" : $"{tags[0].Value}"), measurement, (_, sum) => sum + measurement));
        _listener.Start();
    }

    /// <summary>The sum of an instrument with this value of its tag; without one, where it has none.</summary>
    public long this[string instrument, string tag = ""] => _sums.GetValueOrDefault((instrument, tag));

    public void Dispose() => _listener.Dispose();
}
