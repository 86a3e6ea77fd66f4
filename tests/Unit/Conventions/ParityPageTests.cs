using SseFabric.Parity;
using SseFabric.TestKit.Processes;

namespace SseFabric.Unit.Conventions;

/// <summary>docs/parity.md is the page of a run in which every statement about the older systems had its tests, and all of them passed.</summary>
[Trait("Suite", "Unit")]
public sealed class ParityPageTests
{
    private static readonly IReadOnlyList<StatementSection> s_sections = StatementFile.Read(Path.Combine(Repository.Root, "tests/Parity/statements.txt"));
    private static readonly IReadOnlyList<NumberedTest> s_tests = NumberedTests.Find(Repository.Root);

    private static IEnumerable<Statement> Statements => s_sections.SelectMany(section => section.Statements);

    [Fact]
    public void Numbers_OfTests_AreThoseOfStatements() =>
        Assert.Equal([], s_tests.Where(test => !Statements.Any(statement => statement.Number == test.Number)).Select(test => $"{test.Number}: {test.Name}"));

    [Fact]
    public void Statement_NotDifferent_HasATest_AgainstTheServerUnlessALibrarysMatter() => Assert.Equal([], Statements
        .Where(statement => statement.Difference is null && !s_tests.Any(test => test.Number == statement.Number && (test.UsesServer || statement.IsOfLibrary)))
        .Select(statement => $"{statement.Number}: {statement.Text}"));

    [Fact]
    public void Page_IsUpToDate_WithEveryTestPassed() =>
        Assert.Equal(ParityPage.Text(s_sections, s_tests, _ => TestOutcome.Passed), File.ReadAllText(Path.Combine(Repository.Root, ParityPage.Path)));
}
