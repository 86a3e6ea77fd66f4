using SseFabric.Parity;

// Parity ROOT RESULTS: writes docs/parity.md of the repository at ROOT from the result files in RESULTS.
if (args is not [var root, var results])
{
    Console.Error.WriteLine("Usage: SseFabric.Parity ROOT RESULTS");
    return 2;
}

var sections = StatementFile.Read(Path.Combine(root, "tests/Parity/statements.txt"));
var page = Path.Combine(root, ParityPage.Path);
File.WriteAllText(page, ParityPage.Text(sections, NumberedTests.Find(root), TestResults.Read(results).Of));
Console.WriteLine($"{ParityPage.Path}: {File.ReadLines(page).First(line => line.Contains(" × ", StringComparison.Ordinal))}");
return 0;
