using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using SseFabric.Frontend.Management.Metrics;

namespace SseFabric.Unit.Management;

/// <summary>Metrics in Prometheus' text format.</summary>
[Trait("Suite", "Unit")]
public sealed class PrometheusTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly MetricsCollector _collector;
    private readonly Meter _meter;

    public PrometheusTests()
    {
        var meters = _services.GetRequiredService<IMeterFactory>();
        _collector = new MetricsCollector(meters);
        _meter = meters.Create("SseFabric.Test");
    }

    public void Dispose()
    {
        _collector.Dispose();
        _services.Dispose();
    }

    [Fact]
    public void Counter_WithTags_IsASumForEach()
    {
        var counter = _meter.CreateCounter<long>("test.closed.things", "{thing}", "Things,\nby \"reason\" \\ way.");
        counter.Add(2, new KeyValuePair<string, object?>("the.reason", "a\"b\\c\nd"));
        counter.Add(3, new KeyValuePair<string, object?>("the.reason", "other"));
        counter.Add(4, new KeyValuePair<string, object?>("the.reason", "other"));

        Assert.Equal(
            """
            # HELP test_closed_things_total Things,\nby "reason" \\ way.
            # TYPE test_closed_things_total counter
            test_closed_things_total{the_reason="a\"b\\c\nd"} 2
            test_closed_things_total{the_reason="other"} 7

            """,
            Of("test_closed_things_total"));
    }

    [Fact]
    public void Histogram_Boundaries_AreCumulativeBuckets()
    {
        var histogram = _meter.CreateHistogram("test.lag", "s", "Lag.", tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.5, 1] });
        Array.ForEach([0.25, 0.5, 0.75, 8], value => histogram.Record(value));

        Assert.Equal(
            """
            # HELP test_lag_seconds Lag.
            # TYPE test_lag_seconds histogram
            test_lag_seconds_bucket{le="0.5"} 2
            test_lag_seconds_bucket{le="1"} 3
            test_lag_seconds_bucket{le="+Inf"} 4
            test_lag_seconds_sum 9.5
            test_lag_seconds_count 4

            """,
            Of("test_lag_seconds"));
    }

    [Fact]
    public void Observed_IsAskedAnewEachTime()
    {
        List<Measurement<long>> now = [new(5, new KeyValuePair<string, object?>("server", "a")), new(6, new KeyValuePair<string, object?>("server", "b"))];
        _meter.CreateObservableGauge("test.up", () => now, "1", "Up.");
        _meter.CreateObservableCounter("test.size", () => 7L, "By", "Size.");
        _collector.Write();

        now = [new(0, new KeyValuePair<string, object?>("server", "b"))];

        Assert.Equal("# HELP test_up_ratio Up.\n# TYPE test_up_ratio gauge\ntest_up_ratio{server=\"b\"} 0\n", Of("test_up_ratio"));
        Assert.Equal("# HELP test_size_bytes_total Size.\n# TYPE test_size_bytes_total counter\ntest_size_bytes_total 7\n", Of("test_size_bytes_total"));
    }

    [Fact]
    public void UpDownCounter_IsAGauge()
    {
        var active = _meter.CreateUpDownCounter<long>("test.active", "{thing}", "Active.");
        active.Add(3);
        active.Add(-1);

        Assert.Equal("# HELP test_active Active.\n# TYPE test_active gauge\ntest_active 2\n", Of("test_active"));
    }

    [Fact]
    public async Task Counter_ManyThreads_LosesNothing()
    {
        var counter = _meter.CreateCounter<long>("test.busy", "{thing}", "Busy.");
        var fractions = _meter.CreateCounter<double>("test.fractions", "s", "Fractions.");

        await Parallel.ForAsync(0, 10_000, (i, _) =>
        {
            counter.Add(1, new KeyValuePair<string, object?>("kind", i % 3 == 0 ? "x" : "y"));
            fractions.Add(0.5);
            return ValueTask.CompletedTask;
        });

        Assert.Contains("test_busy_total{kind=\"x\"} 3334\n", Of("test_busy_total"), StringComparison.Ordinal);
        Assert.Contains("test_busy_total{kind=\"y\"} 6666\n", Of("test_busy_total"), StringComparison.Ordinal);
        Assert.Contains("test_fractions_seconds_total 5000\n", Of("test_fractions_seconds_total"), StringComparison.Ordinal);
    }

    [Fact]
    public void Meters_OfOthers_AreLeftOut()
    {
        using var other = new Meter("SseFabric.Test");
        other.CreateCounter<long>("test.foreign").Add(1);
        _meter.CreateCounter<long>("test.own").Add(1);

        Assert.NotEmpty(Of("test_own_total"));
        Assert.Empty(Of("test_foreign_total"));
    }

    private string Of(string family)
    {
        var lines = _collector.Write().Split('\n').SkipWhile(line => !line.StartsWith($"# HELP {family} ", StringComparison.Ordinal)).ToList();
        return string.Concat(lines.Where(line => line.Length > 0).TakeWhile((line, i) => i == 0 || !line.StartsWith("# HELP", StringComparison.Ordinal)).Select(line => line + "\n"));
    }
}
