using System.Diagnostics;
using SseFabric.TestKit.Processes;

namespace SseFabric.Kubernetes.Manifests;

/// <summary>Checks manifests against the schemas of Kubernetes, the Gateway API, KEDA and the Prometheus operator: <c>tests/Kubernetes/schemas</c>.</summary>
internal static class ManifestSchema
{
    private static readonly string s_folder = Path.Combine(Repository.Root, "tests/Kubernetes/schemas");

    /// <summary>The faults. Without node or the packages the test is skipped.</summary>
    public static async Task<IReadOnlyList<string>> FaultsAsync(string yaml)
    {
        var node = Need.Tool("node");
        Assert.SkipUnless(Directory.Exists(Path.Combine(s_folder, "node_modules")), $"The packages of {s_folder} are not installed: npm ci --prefix {s_folder}");
        using var check = Process.Start(new ProcessStartInfo(node, [Path.Combine(s_folder, "check.mjs")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = check.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = check.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await check.StandardInput.WriteAsync(yaml);
        check.StandardInput.Close();
        await check.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(check.ExitCode == 0, await errors);

        var lines = (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.EndsWith("documents checked", lines[^1], StringComparison.Ordinal);
        return lines[..^1];
    }
}
