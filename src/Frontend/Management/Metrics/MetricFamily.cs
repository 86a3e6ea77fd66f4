using System.Diagnostics.Metrics;

namespace SseFabric.Frontend.Management.Metrics;

/// <summary>What one instrument has measured. Any thread.</summary>
internal sealed class MetricFamily
{
    // Ours have tags of a few words each; whatever else may come is bounded.
    private const int MaxSeries = 500;

    private readonly Lock _lock = new();
    private readonly IReadOnlyList<double> _bounds;
    private volatile MetricSeries[] _series = [];

    public MetricFamily(Instrument instrument)
    {
        Kind = KindOf(instrument);
        Name = PrometheusName.Of(instrument.Name, instrument.Unit, Kind);
        Help = instrument.Description ?? "";
        IsObserved = instrument.IsObservable;
        _bounds = Kind == MetricKind.Histogram ? (instrument as Instrument<double>)?.Advice?.HistogramBucketBoundaries ?? [] : [];
    }

    public string Name { get; }

    public string Help { get; }

    public MetricKind Kind { get; }

    /// <summary>Whether each scrape asks for it anew.</summary>
    public bool IsObserved { get; }

    public IReadOnlyList<double> Bounds => _bounds;

    public IReadOnlyList<MetricSeries> Series => _series;

    /// <summary>Forgets everything: a scrape asks anew.</summary>
    public void Clear() => _series = [];

    public void Record(long measurement, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (Kind == MetricKind.Histogram)
        {
            SeriesOf(tags)?.Observe(measurement);
        }
        else
        {
            SeriesOf(tags)?.Add(measurement);
        }
    }

    public void Record(double measurement, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (Kind == MetricKind.Histogram)
        {
            SeriesOf(tags)?.Observe(measurement);
        }
        else
        {
            SeriesOf(tags)?.Add(measurement);
        }
    }

    private static MetricSeries? Find(MetricSeries[] all, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (var series in all)
        {
            if (series.Has(tags))
            {
                return series;
            }
        }

        return null;
    }

    private MetricSeries? SeriesOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (Find(_series, tags) is { } known)
        {
            return known;
        }

        lock (_lock)
        {
            if (Find(_series, tags) is { } added)
            {
                return added;
            }

            if (_series.Length == MaxSeries)
            {
                return null;
            }

            var series = new MetricSeries(tags.ToArray(), _bounds);
            _series = [.. _series, series];
            return series;
        }
    }

    private static MetricKind KindOf(Instrument instrument)
    {
        var type = instrument.GetType().GetGenericTypeDefinition();
        return type == typeof(Counter<>) || type == typeof(ObservableCounter<>) ? MetricKind.Counter
            : type == typeof(Histogram<>) ? MetricKind.Histogram
            : MetricKind.Gauge;
    }
}
