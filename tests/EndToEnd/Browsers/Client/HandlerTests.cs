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
}
