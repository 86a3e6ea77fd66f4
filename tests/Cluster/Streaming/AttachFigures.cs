using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using SseFabric.Channels.Configuration;
using SseFabric.Cluster.Kit;
using SseFabric.Contracts;
using SseFabric.Grains;
using SseFabric.TestKit.Conformance;

namespace SseFabric.Cluster.Streaming;

/// <summary>Prints what channels cost across two silos over TCP. Nothing is asserted but that all attach.</summary>
[Collection("Figures")]
[Trait("Suite", "Figures")]
public sealed class AttachFigures(ITestOutputHelper output)
{
    [Fact]
    public async Task Attach_ChannelsFirstUsed()
    {
        const int channels = 10_000;
        await using var silos = await TcpSilos.StartAsync(ClusterRole.Channels, ClusterRole.Frontend);
        var fabric = silos.Services[1].GetRequiredService<ClusterFabric>();
        fabric.UseSink(new RecordingSink());
        var before = await IdleAsync();
        await AttachAsync(fabric, "warm", 1000);
        var memory = GC.GetTotalMemory(forceFullCollection: true);
        var begin = Stopwatch.GetTimestamp();

        await AttachAsync(fabric, "c", channels);

        var seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        var each = (GC.GetTotalMemory(forceFullCollection: true) - memory) / channels;
        Print($"{channels / seconds:n0} channels first used a second; {each:n0} bytes a channel, both sides");

        // Both as they are: what else this process does between the two (compiling, collecting) is of the same size, so their difference says nothing.
        Print($"whole process: {await IdleAsync():0.000} CPU seconds a second with {channels + 1000} idle channels, {before:0.000} before the first");
    }

    private static async Task<double> IdleAsync()
    {
        const int seconds = 10;
        using var process = Process.GetCurrentProcess();
        var cpu = process.TotalProcessorTime;
        await Task.Delay(TimeSpan.FromSeconds(seconds), TimeProvider.System, TestContext.Current.CancellationToken);
        process.Refresh();
        return (process.TotalProcessorTime - cpu).TotalSeconds / seconds;
    }

    private static Task AttachAsync(ClusterFabric fabric, string prefix, int count) => Parallel.ForEachAsync(
        Enumerable.Range(0, count),
        new ParallelOptions { MaxDegreeOfParallelism = 64, CancellationToken = TestContext.Current.CancellationToken },
        async (i, stop) => Assert.Equal(AttachOutcome.Attached, (await fabric.AttachAsync(ChannelName.Parse($"{prefix}{i}"), 0, stop)).Outcome));

    private void Print(FormattableString line)
    {
        output.WriteLine(line.ToString(CultureInfo.InvariantCulture));
        Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
    }
}
