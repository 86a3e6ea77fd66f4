using System.Globalization;
using System.Text.RegularExpressions;

namespace SseFabric.Parity;

/// <summary>Finds the tests that carry numbers, in their sources: so it is the same for every build and whatever has been run.</summary>
/// <remarks>Relies on the style of the tests: a class a file, a folder a namespace, attributes above what they belong to.</remarks>
public static partial class NumberedTests
{
    public static IReadOnlyList<NumberedTest> Find(string root) =>
    [
        .. from file in Directory.EnumerateFiles(Path.Combine(root, "tests"), "*.cs", SearchOption.AllDirectories)
           let path = Path.GetRelativePath(root, file).Replace('\\', '/')
           orderby path
           from test in In(path, File.ReadLines(file))
           select test,
    ];

    private static IEnumerable<NumberedTest> In(string path, IEnumerable<string> lines)
    {
        var parts = path.Split('/');
        var prefix = $"SseFabric.{string.Join('.', parts[1..^1])}.";
        List<int> above = [], ofClass = [];
        var (name, isTest) = ("", false);
        foreach (var line in lines)
        {
            above.AddRange(Trait().Matches(line).Select(match => int.Parse(match.Groups["number"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture)));
            isTest |= Test().IsMatch(line);
            if (Class().Match(line) is { Success: true } type)
            {
                (name, ofClass, above, isTest) = (type.Groups["name"].Value, above, [], false);
            }
            else if (Method().Match(line) is { Success: true } method)
            {
                foreach (var number in isTest ? ofClass.Concat(above).Distinct() : [])
                {
                    yield return new NumberedTest(number, parts[1], path, $"{prefix}{name}.{method.Groups["name"].Value}");
                }

                (above, isTest) = ([], false);
            }
        }
    }

    [GeneratedRegex("""Trait\("Parity", "(?<number>[0-9]+)"\)""", RegexOptions.ExplicitCapture)]
    private static partial Regex Trait();

    [GeneratedRegex(@"^    \[[A-Za-z]*(Fact|Theory)\b", RegexOptions.ExplicitCapture)]
    private static partial Regex Test();

    [GeneratedRegex(@"^public [a-z ]*\bclass (?<name>\w+)", RegexOptions.ExplicitCapture)]
    private static partial Regex Class();

    [GeneratedRegex(@"^    public [^=({]*\b(?<name>\w+)\(", RegexOptions.ExplicitCapture)]
    private static partial Regex Method();
}
