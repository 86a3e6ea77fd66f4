using System.Text.RegularExpressions;
using SseFabric.TestKit.Processes;

namespace SseFabric.Kubernetes.Images;

/// <summary>The file .dockerignore: the last line that fits a path, or a folder above it, decides.</summary>
internal sealed class DockerIgnore
{
    private readonly List<(Regex Pattern, bool IsIgnored)> _lines;

    public DockerIgnore() => _lines = [.. File.ReadLines(Path.Combine(Repository.Root, ".dockerignore"))
        .Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#')
        .Select(line => (Pattern(line.TrimStart('!')), line[0] != '!'))];

    public bool Ignores(string path) => _lines.LastOrDefault(line => line.Pattern.IsMatch(path)).IsIgnored;

    private static Regex Pattern(string glob)
    {
        var escaped = Regex.Escape(glob).Replace(@"\*\*/", "(.*/)?", StringComparison.Ordinal).Replace(@"\*\*", ".*", StringComparison.Ordinal).Replace(@"\*", "[^/]*", StringComparison.Ordinal);
        return new Regex($"^{escaped}(/.*)?$", RegexOptions.NonBacktracking);
    }
}
