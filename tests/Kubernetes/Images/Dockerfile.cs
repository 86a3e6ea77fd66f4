using System.Text.RegularExpressions;
using SseFabric.TestKit.Processes;

namespace SseFabric.Kubernetes.Images;

/// <summary>A Dockerfile, instruction by instruction.</summary>
internal sealed partial class Dockerfile
{
    private static readonly string[] s_known = ["FROM", "WORKDIR", "COPY", "RUN", "ENV", "USER", "EXPOSE", "ENTRYPOINT"];

    /// <summary>Reads the image of a project; an instruction that isn't known here fails the test.</summary>
    public Dockerfile(string project)
    {
        Project = project;
        var text = File.ReadAllText(Path.Combine(Repository.Root, $"src/{project}/Dockerfile"));
        var lines = Continued().Replace(Comment().Replace(text, ""), " ").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Instructions = [.. lines.Select(line => line.Split(' ', 2)).Select(parts => (Name: parts[0], Arguments: parts[1].Trim()))];
        Assert.All(Instructions, instruction => Assert.Contains(instruction.Name, s_known));
        Assert.Equal("FROM", Instructions[0].Name);
    }

    public static TheoryData<string> Projects => ["Frontend", "Silo"];

    public string Project { get; }

    public IReadOnlyList<(string Name, string Arguments)> Instructions { get; }

    /// <summary>The instructions of the image itself: the last stage's.</summary>
    public IReadOnlyList<(string Name, string Arguments)> Last => [.. Instructions.Skip(Instructions.ToList().FindLastIndex(instruction => instruction.Name == "FROM"))];

    /// <summary>What is taken of the repository.</summary>
    public IEnumerable<string> Sources => Instructions.Where(instruction => instruction.Name == "COPY" && !instruction.Arguments.StartsWith("--from", StringComparison.Ordinal))
        .SelectMany(copy => copy.Arguments.Split(' ')[..^1]).Select(source => source.TrimEnd('/'));

    /// <summary>The one command that is run, without what is Docker's.</summary>
    public string[] Publish
    {
        get
        {
            var run = Assert.Single(Instructions, instruction => instruction.Name == "RUN").Arguments;
            return Mount().Replace(run, "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        }
    }

    /// <summary>The value of an instruction that the image has once.</summary>
    public string The(string name) => Assert.Single(Last, instruction => instruction.Name == name).Arguments;

    [GeneratedRegex(@"^\s*#.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"\\\s*\n\s*")]
    private static partial Regex Continued();

    [GeneratedRegex("--mount=[^ ]+")]
    private static partial Regex Mount();
}
