namespace SseFabric.Frontend.Management.Metrics;

/// <summary>What an instrument's measurements are to Prometheus.</summary>
internal enum MetricKind
{
    /// <summary>A sum that only grows.</summary>
    Counter,

    /// <summary>A value that comes and goes.</summary>
    Gauge,

    /// <summary>Counts by size.</summary>
    Histogram,
}
