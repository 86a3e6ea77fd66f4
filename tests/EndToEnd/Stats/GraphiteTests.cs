using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using SseFabric.TestKit.Http;
using SseFabric.TestKit.Processes;
using SseFabric.TestKit.Waiting;

namespace SseFabric.EndToEnd.Stats;

/// <summary>Lines at a UDP listener that stands in for Graphite.</summary>
[Trait("Suite", "EndToEnd")]
public sealed class GraphiteTests : IDisposable
{
    private readonly UdpClient _graphite = new(new IPEndPoint(IPAddress.Loopback, 0));

    public void Dispose() => _graphite.Dispose();

    [Fact]
    [Trait("Parity", "140")]
    public async Task Export_EveryInterval_ALineAChannel()
    {
        var port = ((IPEndPoint)_graphite.Client.LocalEndPoint!).Port;
        var (clock, begin) = (Stopwatch.StartNew(), TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
        await using var fabric = await SseFabricProcess.StartAsync(
            $"--Fabric:Graphite:Server=localhost:{port}", "--Fabric:Graphite:Path=my.sse", "--Fabric:Graphite:Interval=00:00:02");
        await using var one = await SseClient.JoinAsync(fabric.Events("news.de ü", "base"));
        await using var two = await SseClient.JoinAsync(fabric.Events("base", "news/de-x"));

        var lines = new List<string>();
        while (lines is not [.., "my.sse.base 2", "my.sse.news_de__ 1", "my.sse.news_de-x 1"])
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60), string.Join(", ", lines));
            var text = Encoding.ASCII.GetString((await _graphite.ReceiveAsync(TestContext.Current.CancellationToken).AsTask().Within("a datagram")).Buffer);
            Assert.True(clock.Elapsed >= TimeSpan.FromSeconds(2), "The first comes after one interval.");
            Assert.EndsWith("\n", text, StringComparison.Ordinal);
            foreach (var line in text.TrimEnd('\n').Split('\n'))
            {
                var (metric, time) = (line[..line.LastIndexOf(' ')], long.Parse(line[(line.LastIndexOf(' ') + 1)..], null));
                Assert.InRange(time, begin, TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
                lines.Add(metric);
            }
        }
    }

    [Theory]
    [InlineData("--Fabric:Graphite:Server=graphite", "Fabric:Graphite:Server: \"graphite\" is not accepted; accepted: host:port")]
    [InlineData("--Fabric:Graphite:Server=graphite:0", "Fabric:Graphite:Server: \"graphite:0\" is not accepted; accepted: host:port")]
    [InlineData("--Fabric:Graphite:Path=a..b", "Fabric:Graphite:Path: \"a..b\" is not accepted; accepted: names of ASCII letters")]
    [InlineData("--Fabric:Graphite:Interval=00:00:00", "Fabric:Graphite:Interval: \"00:00:00\" is not accepted; accepted: a time span")]
    public async Task Start_BadOption_IsRefused(string arg, string told)
    {
        await using var program = SseFabricProcess.Run(arg, "--Fabric:RespDoor:Listen=");

        Assert.Equal(2, await program.WaitForExitAsync(TimeSpan.FromSeconds(30)));
        Assert.StartsWith(told, Assert.Single(program.Output), StringComparison.Ordinal);
    }
}
