using System.Globalization;
using System.Text.RegularExpressions;

namespace SseFabric.Parity;

/// <summary>Reads the list of statements, which says at its beginning how it is written.</summary>
public static partial class StatementFile
{
    private const string Heading = "## ";
    private const string Difference = "  different: ";

    /// <exception cref="FormatException">A line is none of the forms, or a number is there twice.</exception>
    public static IReadOnlyList<StatementSection> Read(string path)
    {
        var sections = new List<(string Title, List<Statement> Statements)>();
        var numbers = new HashSet<int>();
        foreach (var line in File.ReadLines(path).Where(line => line.Length > 0))
        {
            if (line.StartsWith(Heading, StringComparison.Ordinal))
            {
                sections.Add((line[Heading.Length..], []));
            }
            else if (line.StartsWith(Difference, StringComparison.Ordinal) && sections is [.., (_, [.., { Difference: null }])])
            {
                var statements = sections[^1].Statements;
                statements[^1] = statements[^1] with { Difference = line[Difference.Length..] };
            }
            else if (Form().Match(line) is { Success: true } match && sections.Count > 0)
            {
                var number = int.Parse(match.Groups["number"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);
                sections[^1].Statements.Add(new Statement(number, match.Groups["tags"].Value.Split(' '), match.Groups["text"].Value, null));
                if (!numbers.Add(number))
                {
                    throw new FormatException($"{path}: {number} is there twice.");
                }
            }
            else if (!line.StartsWith("# ", StringComparison.Ordinal))
            {
                throw new FormatException($"{path}: no statement: {line}");
            }
        }

        return [.. sections.Select(section => new StatementSection(section.Title, section.Statements))];
    }

    [GeneratedRegex("^(?<number>[0-9]+) (?<tags>[a-z ]+): (?<text>.+)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Form();
}
