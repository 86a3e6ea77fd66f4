using System.Diagnostics.Metrics;
using System.Text;

namespace SseFabric.Frontend.Management.Metrics;

/// <summary>Adds up what this process measures, from its construction on, and writes it for Prometheus. Any thread.</summary>
internal sealed class MetricsCollector : IDisposable
{
    /// <summary>The meters of this fabric begin so.</summary>
    public const string MeterPrefix = "SseFabric.";

    /// <summary>.NET's own meter of the process: memory, garbage collection, processor time, threads.</summary>
    public const string RuntimeMeter = "System.Runtime";

    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, MetricFamily> _families = new(StringComparer.Ordinal);
    private readonly MeterListener _listener = new();

    public MetricsCollector(IMeterFactory meters)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            // Another host in this process has meters of the same name.
            if ((instrument.Meter.Name.StartsWith(MeterPrefix, StringComparison.Ordinal) && instrument.Meter.Scope == meters) || instrument.Meter.Name == RuntimeMeter)
            {
                listener.EnableMeasurementEvents(instrument, Add(instrument));
            }
        };
        _listener.SetMeasurementEventCallback<long>(static (_, measurement, tags, family) => ((MetricFamily)family!).Record(measurement, tags));
        _listener.SetMeasurementEventCallback<int>(static (_, measurement, tags, family) => ((MetricFamily)family!).Record((long)measurement, tags));
        _listener.SetMeasurementEventCallback<double>(static (_, measurement, tags, family) => ((MetricFamily)family!).Record(measurement, tags));
        _listener.Start();
    }

    public string Write()
    {
        var text = new StringBuilder();
        lock (_lock)
        {
            foreach (var family in _families.Values.Where(family => family.IsObserved))
            {
                family.Clear();
            }

            _listener.RecordObservableInstruments();
            foreach (var family in _families.Values)
            {
                PrometheusText.Write(text, family);
            }
        }

        return text.ToString();
    }

    public void Dispose() => _listener.Dispose();

    private MetricFamily Add(Instrument instrument)
    {
        var family = new MetricFamily(instrument);
        lock (_lock)
        {
            if (!_families.TryAdd(family.Name, family))
            {
                family = _families[family.Name];
            }
        }

        return family;
    }
}
