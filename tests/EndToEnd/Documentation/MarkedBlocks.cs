using System.Text.RegularExpressions;
using SseFabric.TestKit.Processes;

namespace SseFabric.EndToEnd.Documentation;

/// <summary>The blocks of README.md and docs that are marked: commands, <c>run: NAME</c>, and files that they need, <c>file: NAME</c>.</summary>
internal static partial class MarkedBlocks
{
    /// <summary>In the order of the pages, then of the blocks.</summary>
    public static IReadOnlyList<MarkedBlock> All { get; } =
    [
        .. Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories).Append(Path.Combine(Repository.Root, "README.md")).Order(StringComparer.Ordinal)
            .SelectMany(page => Block().Matches(File.ReadAllText(page)).Select(block => new MarkedBlock(
                Path.GetRelativePath(Repository.Root, page), block.Groups["kind"].Value == "file", block.Groups["name"].Value, block.Groups["text"].Value))),
    ];

    /// <summary>The one command of this name.</summary>
    public static string Command(string name) => All.Single(block => !block.IsFile && block.Name == name).Text;

    [GeneratedRegex(@"<!-- (?<kind>run|file): (?<name>[a-z.-]+) -->\n```[a-z]*\n(?<text>.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
