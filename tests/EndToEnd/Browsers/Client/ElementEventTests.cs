using SseFabric.TestKit.Http;

namespace SseFabric.EndToEnd.Browsers.Client;

/// <summary>What an element of a page dispatches.</summary>
[Trait("Suite", "EndToEnd"), Trait("Needs", "chromium")]
public sealed class ElementEventTests
{
    private static readonly string[] s_own = ["open", "error", "gap", "end"];

    [Fact]
    public async Task Events_OfTypesNamedAsTheElementsOwn_AreNotTakenForThem()
    {
        await using var run = await ClientRun.StartAsync("<script src=ssefabric.global.js></script><sse-events id=one channels=a></sse-events>");
        await using var fabric = await ClientRun.ServeAsync();
        var page = await run.Browser.NewPageAsync();
        await page.GotoAsync($"{run.Pages.Origin}/");
        var tab = new ClientTab(page);
        await page.EvaluateAsync(
            """
            address => {
              for (const name of ["sse.open", "sse.error", "sse.gap", "sse.end", "sse.price", "sse-event"])
                document.addEventListener(name, ({ detail }) => seen.push([name, detail?.type, detail?.data].join(" ")));
              one.setAttribute("src", address);
            }
            """,
            $"{new Uri(fabric.Address, "/events")}");
        await tab.SeeAsync(seen => seen.Length == 1);
        using var http = new HttpPublisher(fabric.Address);
        foreach (var type in s_own.Append("price"))
        {
            await http.PostAsync($"/channels/a/events?event={type}", $"of {type}", null);
        }

        var seen = await tab.SeeAsync(seen => seen.Contains("sse.price price of price"));
        var expected = s_own.Select(type => $"sse-event {type} of {type}").Prepend("sse.open  ").Append("sse.price price of price").Append("sse-event price of price");
        Assert.Equal(expected.Order(StringComparer.Ordinal), seen.Order(StringComparer.Ordinal));
    }
}
