namespace SseFabric.TestKit.Processes;

/// <summary>Where things lie in the clone that the running tests were built from.</summary>
public static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>The built program of a project, of the same build (normal or single-node) and configuration as the running tests.</summary>
    public static string Program(string project, string? assembly = null)
    {
        // artifacts/<build>/bin/<test project>/<configuration>/
        var own = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var path = Path.Combine(own.Parent!.Parent!.FullName, project, own.Name, $"{assembly ?? $"SseFabric.{project}"}.dll");
        return File.Exists(path) ? path : throw new FileNotFoundException($"{project} has not been built: {path} is missing.");
    }

    /// <summary>The full path of a program on PATH (or in /usr/sbin), or null.</summary>
    public static string? Tool(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Append("/usr/sbin")
            .Where(folder => folder.Length > 0)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "SseFabric.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"No SseFabric.sln above {AppContext.BaseDirectory}.");
    }
}
