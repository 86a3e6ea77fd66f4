using SseFabric.TestKit.Processes;
using Xunit;

namespace SseFabric.TestKit.Clients;

/// <summary>The npm packages in <c>tests/Npm</c>, versions pinned, that <c>test.sh</c> installs.</summary>
public static class NpmPackages
{
    private const int OldestNode = 20;

    public static string Folder { get; } = Path.Combine(Repository.Root, "tests", "Npm");

    /// <summary>Node, once it is sure that it can run the packages; without it or them the test is skipped.</summary>
    public static async Task<string> NodeAsync()
    {
        var node = Need.Tool("node");
        Assert.SkipUnless(Directory.Exists(Path.Combine(Folder, "node_modules")), $"The packages of {Folder} are not installed: npm ci --prefix {Folder}");
        await using var version = ServerProcess.Start(node, ["-p", "process.versions.node"]);
        await version.WaitForExitAsync();
        var isRecent = Version.TryParse(version.Tail(), out var found) && found.Major >= OldestNode;
        Assert.SkipUnless(isRecent, $"Node {OldestNode} or later is needed; this is {version.Tail()}.");
        return node;
    }
}
