using System.Runtime.InteropServices;
using SseFabric.TestKit.Processes;

namespace SseFabric.EndToEnd.Starting;

/// <summary>These tests themselves, on a machine that lacks what they need.</summary>
[Trait("Suite", "EndToEnd")]
public sealed class MissingToolTests
{
    /// <summary>A class for each kind of fixture that starts a Redis server.</summary>
    private static readonly string[] s_classes = ["Profiles.UwsgiStreamTests", "Routing.RouteInjectionTests", "Redisse.RedissePathTests", "Client.RedisChannelPublisherConformance"];

    [Fact]
    public async Task Run_FixtureWithoutItsTool_TestsAreSkippedWithTheReason()
    {
        var environment = new Dictionary<string, string?>
        {
            ["PATH"] = "/nonexistent",
            ["DOTNET_ROOT"] = Path.GetFullPath("../../..", RuntimeEnvironment.GetRuntimeDirectory()),
        };

        await using var run = ServerProcess.Start(
            Path.Combine(AppContext.BaseDirectory, "SseFabric.EndToEnd"), ["-noColor", "-noLogo", .. s_classes.SelectMany(name => new[] { "-class", $"SseFabric.EndToEnd.{name}" })], environment);
        var exitCode = await run.WaitForExitAsync(TimeSpan.FromMinutes(1));

        Assert.True(exitCode == 0, run.Tail());
        Assert.Contains(run.Output, line => line.Contains("redis-server is not installed.", StringComparison.Ordinal));
        var total = Assert.Single(run.Output, line => line.Contains("Total: ", StringComparison.Ordinal));
        Assert.Equal((0, Number(total, "Total")), (Number(total, "Failed"), Number(total, "Skipped")));
    }

    private static int Number(string summary, string name) =>
        int.Parse(summary[(summary.IndexOf($"{name}: ", StringComparison.Ordinal) + name.Length + 2)..].Split(',')[0], System.Globalization.CultureInfo.InvariantCulture);
}
