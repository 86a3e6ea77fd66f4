using System.Net;
using SseFabric.TestKit.Faults;
using SseFabric.TestKit.Processes;

namespace SseFabric.EndToEnd.Browsers.Client;

/// <summary>When a connection that was lost is tried again.</summary>
[Trait("Suite", "EndToEnd"), Trait("Needs", "chromium")]
public sealed class ReconnectTests
{
    [Theory]
    [InlineData("worker")]
    [InlineData("locks")]
    public async Task TabThatComes_WhileTheNextTryIsFarOff_HasItMadeAtOnce(string share)
    {
        await using var run = await ClientRun.StartAsync();
        await using var fabric = await SseFabricProcess.StartAsync("--Fabric:Stream:Cors:Origins:0=*", "--Fabric:Stream:Retry=00:01:00");
        await using var proxy = new TcpProxy(new IPEndPoint(IPAddress.Loopback, fabric.Address.Port));
        var events = new Uri($"http://{proxy.EndPoint}/events");
        var way = new { share = new[] { share } };
        var waits = await ClientTab.OpenAsync(run.Browser, run.Pages, events, ["a"], way);
        proxy.Cut();
        await waits.SeeToldAsync(told => told.Contains("error 0"));

        // It waits for less than the minute that the first tab was told.
        var comes = await ClientTab.OpenAsync(run.Browser, run.Pages, events, ["a"], way);
        await waits.SeeToldAsync(told => told.Length == 3);

        Assert.Equal(["open", "error 0", "open"], await waits.ToldAsync());
        Assert.Equal(["open"], await comes.ToldAsync());
    }
}
