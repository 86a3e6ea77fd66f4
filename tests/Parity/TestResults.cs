using System.Xml.Linq;

namespace SseFabric.Parity;

/// <summary>What became of tests, from the runner's result files (.trx); of a test that was run again, what became of it then.</summary>
/// <param name="outcomes">Of each test; several cases of a theory are one.</param>
public sealed class TestResults(IReadOnlyDictionary<string, TestOutcome> outcomes)
{
    public static TestResults Read(string folder) => new(Directory.EnumerateFiles(folder, "*.trx")
        .SelectMany(file => XDocument.Load(file).Descendants().Where(element => element.Name.LocalName == "UnitTestResult"))
        .GroupBy(result => (string)result.Attribute("testName")!, (_, runs) => runs.MaxBy(run => (DateTimeOffset)run.Attribute("endTime")!)!)
        .GroupBy(result => NameOf((string)result.Attribute("testName")!), result => OutcomeOf((string?)result.Attribute("outcome")))
        .ToDictionary(test => test.Key, test => test.Max()));

    /// <summary>The worst of some tests; <see cref="TestOutcome.NotRun"/> if none of them has passed or failed.</summary>
    public TestOutcome Of(IEnumerable<NumberedTest> tests) =>
        tests.Select(test => outcomes.GetValueOrDefault(test.Name)).DefaultIfEmpty(TestOutcome.NotRun).Max();

    private static string NameOf(string test) => test.Split('(')[0];

    private static TestOutcome OutcomeOf(string? outcome) => outcome switch
    {
        "Passed" => TestOutcome.Passed,
        "NotExecuted" => TestOutcome.NotRun,
        _ => TestOutcome.Failed,
    };
}
