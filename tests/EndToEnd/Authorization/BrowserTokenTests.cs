using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;
using SseFabric.EndToEnd.Browsers;
using SseFabric.TestKit.Http;
using SseFabric.TestKit.Processes;
using SseFabric.TestKit.Waiting;

namespace SseFabric.EndToEnd.Authorization;

/// <summary>A real browser with a token in a cookie: what its EventSource is given, and when it gives up.</summary>
[Trait("Suite", "EndToEnd")]
[Trait("Needs", "chromium")]
public sealed class BrowserTokenTests
{
    [Fact]
    public async Task EventSource_TokenThatExpires_IsToldAndThenGivesUp()
    {
        Need.Tool("chromium");
        var origin = $"http://127.0.0.1:{FreePort.Next()}";
        await using var pages = await ServeAsync(origin);
        await using var fabric = await StartAsync(origin);
        using var http = new HttpPublisher(fabric.Address);
        await using var browser = await HeadlessChromium.LaunchAsync();
        var page = await OpenAsync(browser, origin, fabric, TimeSpan.FromSeconds(10));

        await SeeAsync(page, seen => seen.Contains("open", StringComparison.Ordinal));
        await http.PublishAsync("a", "hello");
        var seen = await SeeAsync(page, seen => seen.EndsWith("error 2", StringComparison.Ordinal));

        // Told, then gone, back with the token that it has, and refused for good.
        Assert.Equal("""open hello {"reason":"expired"} error 0 error 2""", seen);
    }

    private static async Task<WebApplication> ServeAsync(string origin)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(origin);
        var pages = builder.Build();
        pages.MapGet("/", () => Results.Content("<title>page</title>", "text/html"));
        await pages.StartAsync();
        return pages;
    }

    private static Task<SseFabricProcess> StartAsync(string origin) => SseFabricProcess.StartAsync(
        $"--Fabric:Auth:Jwt:Secret={TestToken.Secret}", "--Fabric:Auth:Jwt:Algorithms:0=HS256", $"--Fabric:Stream:Cors:Origins:0={origin}", "--Fabric:Stream:Retry=00:00:00.2");

    private static async Task<IPage> OpenAsync(HeadlessChromium browser, string origin, SseFabricProcess fabric, TimeSpan lifetime)
    {
        var page = await browser.NewPageAsync();
        await page.GotoAsync($"{origin}/");

        // Its life begins once the browser, which may be slow to start, has got so far.
        var token = TestToken.For("a").With("exp", TestToken.In(lifetime));
        await page.Context.AddCookiesAsync([new Microsoft.Playwright.Cookie { Name = "sse_token", Value = $"{token}", Url = fabric.Address.ToString() }]);
        await page.EvaluateAsync(
            """
            address => {
              window.seen = [];
              const source = new EventSource(address, { withCredentials: true });
              source.onopen = () => seen.push("open");
              source.onmessage = event => seen.push(event.data);
              source.addEventListener("streamend", event => seen.push(event.data));
              source.onerror = () => seen.push(`error ${source.readyState}`);
            }
            """,
            $"{fabric.Events("a")}");
        return page;
    }

    private static Task<string> SeeAsync(IPage page, Func<string, bool> holds) =>
        Eventually.SeeAsync("what the page's EventSource has seen", () => page.EvaluateAsync<string>("seen.join(' ')"), holds, TimeSpan.FromSeconds(40), show: seen => seen);
}
