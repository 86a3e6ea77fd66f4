using System.Text.Json;
using System.Text.RegularExpressions;
using SseFabric.Frontend.Management.Metrics;
using SseFabric.TestKit.Processes;

namespace SseFabric.Unit.Conventions;

/// <summary>The dashboard for Grafana plots metrics that there are, by the labels that they have.</summary>
[Trait("Suite", "Unit")]
public sealed partial class GrafanaDashboardTests
{
    private static readonly string s_json = File.ReadAllText(Path.Combine(Repository.Root, "k8s/grafana/sse-fabric.json"));

    private static readonly Dictionary<string, string[]> s_labels = File.ReadLines(Path.Combine(Repository.Root, "docs/reference/metrics.md"))
        .Where(line => line.StartsWith("| `ssefabric.", StringComparison.Ordinal))
        .Select(line => line.Split('|', StringSplitOptions.TrimEntries)[1..^1])
        .ToDictionary(cells => PrometheusName.Of(cells[0].Trim('`'), cells[2], KindOf(cells[1])), cells => cells[3].Split('`') is [_, var label, ..] ? [label] : Array.Empty<string>());

    [Fact]
    public void Panels_Expressions_NameMetricsAndLabelsThatThereAre()
    {
        using var dashboard = JsonDocument.Parse(s_json);
        var expressions = dashboard.RootElement.GetProperty("panels").EnumerateArray()
            .SelectMany(panel => panel.GetProperty("targets").EnumerateArray()).Select(target => target.GetProperty("expr").GetString()!).ToList();

        Assert.True(expressions.Count >= 14, $"{expressions.Count} expressions");
        Assert.All(expressions, expression =>
        {
            var metric = Assert.Single(Metric().Matches(expression)).Value;
            var name = metric.EndsWith("_bucket", StringComparison.Ordinal) ? metric[..^"_bucket".Length] : metric;
            Assert.True(s_labels.ContainsKey(name), $"There is no {name}.");
            var grouped = Grouped().Match(expression).Groups[1].Value.Split(", ", StringSplitOptions.RemoveEmptyEntries);
            Assert.Subset(new HashSet<string>(["instance", "job", "le", .. s_labels[name]]), grouped.ToHashSet());
        });
    }

    private static MetricKind KindOf(string type) => type switch
    {
        "counter" => MetricKind.Counter,
        "histogram" => MetricKind.Histogram,
        _ => MetricKind.Gauge,
    };

    [GeneratedRegex("ssefabric_[a-z_]+")]
    private static partial Regex Metric();

    [GeneratedRegex(@" by \(([^)]*)\)")]
    private static partial Regex Grouped();
}
