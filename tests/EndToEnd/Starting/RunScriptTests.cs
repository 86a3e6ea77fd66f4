using System.Diagnostics;
using SseFabric.Channels.Hosting;
using SseFabric.TestKit.Processes;

namespace SseFabric.EndToEnd.Starting;

/// <summary><c>run.sh</c>, as a newcomer uses it. It builds the release configuration, which <c>test.sh</c> has built before.</summary>
[Trait("Suite", "EndToEnd")]
public sealed class RunScriptTests
{
    private static readonly TimeSpan s_buildPatience = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task Run_IsTheProgramItself_SignalsAndExitCodesToo()
    {
        await using var script = Start("--port", "0", "--Fabric:RespDoor:Listen=127.0.0.1:0");
        await script.WaitForLineAsync("the ready line", line => line.StartsWith("SseFabric is ready: ", StringComparison.Ordinal), s_buildPatience);

        // The script has replaced itself, so its process id is the program's.
        using var process = Process.GetProcessById(script.Id);
        Assert.Equal("dotnet", process.ProcessName);
        Assert.Equal(0, await script.TerminateAsync());
    }

    [Fact]
    public async Task Run_BadOption_EndsWithTwo()
    {
        await using var script = Start("--nonsense");

        Assert.Equal(2, await script.WaitForExitAsync(s_buildPatience));
        Assert.StartsWith("--nonsense: ", Assert.Single(script.Output), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--cluster: \"2\" is not accepted", "--cluster", "2", "--redis", "127.0.0.1:6379")]
    [InlineData("--cluster: \"0x2\" is not accepted", "--cluster=0x2", "--redis=127.0.0.1:6379")]
    [InlineData("--cluster: its value is missing", "--cluster")]
    [InlineData("--cluster: it needs --redis", "--cluster", "2x2")]
    [InlineData("--port: \"65535\" is not accepted", "--cluster=1x2", "--redis=127.0.0.1:6379", "--port=65535")]
    [InlineData("--urls: not with --cluster", "--cluster=1x2", "--redis=127.0.0.1:6379", "--urls=http://127.0.0.1:1")]
    public async Task Cluster_BadArguments_AreRefusedWithTwo(string start, params string[] args)
    {
        await using var script = Start(args);

        Assert.Equal(2, await script.WaitForExitAsync());
        Assert.StartsWith(start, Assert.Single(script.Output), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cluster_InTheSingleNodeBuild_IsRefusedWithTwo()
    {
        Assert.SkipWhen(Engine.HasClustering, "This is the normal build; the single-node build's test run covers it.");
        await using var script = Start("--cluster=2x2", "--redis=127.0.0.1:6379");

        Assert.Equal(2, await script.WaitForExitAsync(s_buildPatience));
        Assert.StartsWith("--cluster: not in the single-node build", Assert.Single(script.Output), StringComparison.Ordinal);
    }

    private static ServerProcess Start(params string[] args) => ServerProcess.Start(
        Path.Combine(Repository.Root, "run.sh"), args, new Dictionary<string, string?> { ["Clustering"] = Engine.HasClustering ? "true" : "false" });
}
