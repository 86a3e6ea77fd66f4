using System.Globalization;
using System.Text;

namespace SseFabric.Frontend.Management.Metrics;

/// <summary>Writes metrics in Prometheus' text format, version 0.0.4. Pure.</summary>
internal static class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public static void Write(StringBuilder text, MetricFamily family)
    {
        var word = family.Kind switch
        {
            MetricKind.Counter => "counter",
            MetricKind.Gauge => "gauge",
            MetricKind.Histogram => "histogram",
            _ => throw new ArgumentOutOfRangeException(nameof(family), family.Kind, null),
        };
        text.Append("# HELP ").Append(family.Name).Append(' ').Append(Escaped(family.Help, quotes: false)).Append('\n');
        text.Append("# TYPE ").Append(family.Name).Append(' ').Append(word).Append('\n');
        foreach (var series in family.Series)
        {
            if (family.Kind == MetricKind.Histogram)
            {
                WriteHistogram(text, family, series);
            }
            else
            {
                WriteLine(text, family.Name, series, null, series.Value);
            }
        }
    }

    private static void WriteHistogram(StringBuilder text, MetricFamily family, MetricSeries series)
    {
        // The sum first: what is measured meanwhile may then be in the counts and not yet in it, as a histogram of the past would be.
        var (sum, count) = (series.Value, 0L);
        for (var i = 0; i <= family.Bounds.Count; i++)
        {
            count += series.Buckets[i];
            WriteLine(text, family.Name + "_bucket", series, i < family.Bounds.Count ? Number(family.Bounds[i]) : "+Inf", count);
        }

        WriteLine(text, family.Name + "_sum", series, null, sum);
        WriteLine(text, family.Name + "_count", series, null, count);
    }

    private static void WriteLine(StringBuilder text, string name, MetricSeries series, string? bound, double value)
    {
        text.Append(name);
        var before = '{';
        foreach (var tag in series.Tags)
        {
            text.Append(before).Append(tag.Key.Replace('.', '_')).Append("=\"")
                .Append(Escaped(Convert.ToString(tag.Value, CultureInfo.InvariantCulture) ?? "", quotes: true)).Append('"');
            before = ',';
        }

        if (bound is not null)
        {
            text.Append(before).Append("le=\"").Append(bound).Append('"');
            before = ',';
        }

        text.Append(before == ',' ? "} " : " ").Append(Number(value)).Append('\n');
    }

    private static string Escaped(string value, bool quotes)
    {
        var escaped = value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        return quotes ? escaped.Replace("\"", "\\\"", StringComparison.Ordinal) : escaped;
    }

    private static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };
}
