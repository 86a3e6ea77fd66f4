using System.Text.RegularExpressions;
using SseFabric.Frontend.Management.Metrics;
using SseFabric.TestKit.Processes;

namespace SseFabric.Unit.Conventions;

/// <summary>The pages in docs/operations name metrics that there are, and tell of every reason that a stream is refused, ended or told of a gap for.</summary>
[Trait("Suite", "Unit")]
public sealed partial class OperationsPagesTests
{
    private static readonly Dictionary<string, string> s_pages = Directory.GetFiles(Path.Combine(Repository.Root, "docs/operations"), "*.md")
        .ToDictionary(file => Path.GetFileName(file), File.ReadAllText);

    private static readonly List<string[]> s_instruments = [.. File.ReadLines(Path.Combine(Repository.Root, "docs/reference/metrics.md"))
        .Where(line => line.StartsWith("| `ssefabric.", StringComparison.Ordinal))
        .Select(line => line.Split('|', StringSplitOptions.TrimEntries)[1..^1])];

    [Fact]
    public void Pages_Metrics_AreThoseThatThereAre()
    {
        var names = s_instruments.Select(cells => PrometheusName.Of(cells[0].Trim('`'), cells[2], KindOf(cells[1]))).ToHashSet();
        var named = s_pages.Values.SelectMany(page => Metric().Matches(page)).Select(match => match.Value).Distinct().ToList();

        Assert.True(named.Count > 8);
        Assert.All(named, name => Assert.Contains(name, names));
    }

    [Theory]
    [InlineData("ssefabric.refusals")]
    [InlineData("ssefabric.closes")]
    [InlineData("ssefabric.gaps")]
    public void Troubleshooting_Reasons_AreAllThere(string instrument)
    {
        var reasons = Quoted().Matches(Assert.Single(s_instruments, cells => cells[0] == $"`{instrument}`")[3]).Skip(1).Select(match => match.Groups[1].Value).ToList();

        Assert.True(reasons.Count >= 5);
        Assert.All(reasons, reason => Assert.Contains(instrument == "ssefabric.refusals" ? $"X-SSE-Busy: {reason}`" : $"`{reason}`", s_pages["troubleshooting.md"], StringComparison.Ordinal));
    }

    private static MetricKind KindOf(string type) => type switch
    {
        "counter" => MetricKind.Counter,
        "histogram" => MetricKind.Histogram,
        _ => MetricKind.Gauge,
    };

    [GeneratedRegex("ssefabric_[a-z_]+")]
    private static partial Regex Metric();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Quoted();
}
