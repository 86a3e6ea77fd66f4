using SseFabric.Frontend.Endpoints;
using SseFabric.Frontend.Feeds;
using SseFabric.Frontend.Subscribers;
using SseFabric.TestKit.Processes;

namespace SseFabric.Unit.Conventions;

/// <summary>docs/reference/close-reasons.md lists why streams end, aren't had, or have gaps, as the code does; no more.</summary>
[Trait("Suite", "Unit")]
public sealed class CloseReasonsPageTests
{
    private static readonly string[] s_page = File.ReadAllLines(Path.Combine(Repository.Root, "docs/reference/close-reasons.md"));

    [Fact]
    public void Page_CloseReasons_AreThoseOfTheCode() => Assert.Equal(
        Enum.GetValues<CloseReason>().Select(reason => $"{(int)reason} `{reason}` `{FrontendMetrics.Word(reason)}`"),
        Rows("Ends of streams").Select(cells => string.Join(' ', cells[..3])));

    [Fact]
    public void Page_BusyWords_AreThoseOfTheCode() => Assert.Equal(
        Enum.GetValues<BusyReason>().Select(reason => $"`{reason.Word()}`").Distinct(), Rows("X-SSE-Busy").Select(cells => cells[0]));

    [Fact]
    public void Page_GapReasons_AreThoseOfTheCode() => Assert.Equal(
        Enum.GetValues<GapReason>().Select(reason => $"`{reason.Word()}`"), Rows("missedevents").Select(cells => cells[0]));

    private static IEnumerable<string[]> Rows(string section) => s_page
        .SkipWhile(line => line != $"## {section}").Skip(1)
        .TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal))
        .Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(1)
        .Select(line => line.Split('|', StringSplitOptions.TrimEntries)[1..^1]);
}
