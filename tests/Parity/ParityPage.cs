using System.Text;

namespace SseFabric.Parity;

/// <summary>docs/parity.md.</summary>
public static class ParityPage
{
    private const string Pass = "pass";

    /// <summary>Where it is, from the repository's root.</summary>
    public const string Path = "docs/parity.md";

    /// <param name="sections">All statements.</param>
    /// <param name="tests">The tests with numbers.</param>
    /// <param name="outcome">What became of the tests of one statement.</param>
    public static string Text(IReadOnlyList<StatementSection> sections, IReadOnlyList<NumberedTest> tests, Func<IEnumerable<NumberedTest>, TestOutcome> outcome)
    {
        var byNumber = tests.ToLookup(test => test.Number);
        var results = sections.SelectMany(section => section.Statements).ToDictionary(statement => statement.Number, statement => Result(statement, byNumber, outcome));
        var page = new StringBuilder(Introduction);
        page.Append(string.Join(", ", results.Values.CountBy(result => result.Split(':')[0]).OrderByDescending(count => count.Value).Select(count => $"{count.Value} × {count.Key}")));
        page.Append(".\n");
        foreach (var section in sections)
        {
            page.Append($"\n## {section.Title}\n\n| | | of | result | tests |\n|---|---|---|---|---|\n");
            foreach (var statement in section.Statements)
            {
                page.Append($"| {statement.Number} | {Cell(statement.Text)}{(statement.IsMended ? " †" : "")} | {Systems(statement)} ");
                page.Append($"| {Cell(results[statement.Number])} | {string.Join(", ", byNumber[statement.Number].DistinctBy(test => test.File).Select(Link))} |\n");
            }
        }

        return page.ToString();
    }

    private const string Introduction =
        """
        # What the older systems do, and whether the fabric does it too

        The fabric stands in for uwsgi-sse-offload (here uwsgi), uwsgi-realtime (realtime), redisse, cyclone-sse (cyclone) and its ancestor tornado-sse
        (tornado); [profiles](profiles.md) says how. This page lists what they do, statement by statement, and what became of the tests that carry a
        statement's number, against running programs over sockets. Where the original has a fault, marked †, the statement says what is right.

        Written by `./test.sh --parity` from `tests/Parity/statements.txt` and the results of the tests; not by hand.


        """;

    private static string Result(Statement statement, ILookup<int, NumberedTest> tests, Func<IEnumerable<NumberedTest>, TestOutcome> outcome) =>
        (outcome(tests[statement.Number]), statement.Difference) switch
        {
            (TestOutcome.Failed, _) => "fails",
            (_, { } reason) => $"different on purpose: {reason}",
            (TestOutcome.Passed, _) => Pass,
            _ => tests.Contains(statement.Number) ? "not run" : "no test",
        };

    private static string Systems(Statement statement) => string.Join(", ", statement.Tags.Where(tag => tag is "uwsgi" or "realtime" or "redisse" or "cyclone" or "tornado"));

    private static string Link(NumberedTest test) => $"[{test.Class}](../{test.File})";

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
