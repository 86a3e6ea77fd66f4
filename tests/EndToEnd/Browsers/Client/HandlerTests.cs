using System.Net;
using SseFabric.TestKit.Faults;
using SseFabric.TestKit.Http;
using SseFabric.TestKit.Waiting;

namespace SseFabric.EndToEnd.Browsers.Client;

/// <summary>What handlers are told, and when they are not any more.</summary>
[Trait("Suite", "EndToEnd"), Trait("Needs", "chromium")]
public sealed class HandlerTests
{
    [Fact]
    public async Task Subscription_ClosedByAHandlerOfTheSameEvent_GetsItNoMore()
    {
        await using var run = await ClientRun.StartAsync();
        await using var fabric = await ClientRun.ServeAsync();
        var tab = await run.OpenAsync(fabric, ["a"]);
        await tab.Page.EvaluateAsync(
            """
            () => {
              window.log = [];
              const first = fabric.subscribe("a", {
                message: () => { log.push("first"); first.close(); second.close(); },
                onevent: () => log.push("first again"),
              });
              const second = fabric.subscribe("a", () => log.push("second"));
              fabric.subscribe("a", event => log.push(`third ${event.data}`));
            }
            """);
        using var http = new HttpPublisher(fabric.Address);
        await http.PublishAsync("a", "1");
        await http.PublishAsync("a", "2");

        var log = await Eventually.SeeAsync("the page's log", () => tab.Page.EvaluateAsync<string[]>("log"), log => log.Contains("third 2"));
        Assert.Equal(["first", "third 1", "third 2"], log);
    }

    [Fact]
    public async Task Retry_AfterAStreamThatOpened_IsTheServersOwnAgain()
    {
        await using var run = await ClientRun.StartAsync();
        await using var fabric = await ClientRun.ServeAsync("--Fabric:Stream:MaxChannels=1");
        await using var proxy = new TcpProxy(new IPEndPoint(IPAddress.Loopback, fabric.Address.Port));
        var tab = await ClientTab.OpenAsync(run.Browser, run.Pages, new Uri($"http://{proxy.EndPoint}/events"), ["a"]);
        await tab.Page.EvaluateAsync(
            """
            () => {
              window.problems = [];
              fabric.subscribe("a", { onerror: problem => problems.push(problem) });
            }
            """);
        proxy.CutAndRefuse();
        await SeeRetriesAsync(tab, retries => retries.Any(retry => retry > 1000));
        proxy.Accept();
        await tab.SeeToldAsync(told => told is ["open", .., "open"]);
        await tab.Page.EvaluateAsync("() => { problems.length = 0; fabric.subscribe('b', () => {}); }");

        var retries = await SeeRetriesAsync(tab, retries => retries.Length > 0);
        Assert.Equal(400, await tab.Page.EvaluateAsync<int>("problems[0].status"));
        Assert.InRange(retries[0], 200, 300);
    }

    private static Task<double[]> SeeRetriesAsync(ClientTab tab, Func<double[], bool> holds) =>
        Eventually.SeeAsync("the times told until the next try", () => tab.Page.EvaluateAsync<double[]>("problems.map(({ retry }) => retry)"), holds, TimeSpan.FromSeconds(30));
}
