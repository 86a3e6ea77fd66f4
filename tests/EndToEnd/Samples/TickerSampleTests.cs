using SseFabric.EndToEnd.Browsers;
using SseFabric.TestKit.Http;

namespace SseFabric.EndToEnd.Samples;

/// <summary>samples/ticker with a real browser.</summary>
[Trait("Suite", "EndToEnd")]
[Trait("Needs", "chromium")]
public sealed class TickerSampleTests
{
    private const int Symbols = 8;

    [Fact]
    public async Task Page_EveryPrice_GoesOn()
    {
        await using var browser = await HeadlessChromium.LaunchAsync();
        await using var sample = await BrowserSample.StartAsync("Ticker");
        await using var context = await browser.NewContextAsync();
        var page = await sample.OpenAsync(context);

        var first = (await BrowserSample.SeeAsync(page, ".price", prices => prices.Split('|') is { Length: Symbols } all && !all.Contains("–"))).Split('|');
        await BrowserSample.SeeAsync(page, ".price", prices => prices.Split('|').Zip(first).All(pair => pair.First != pair.Second));

        Assert.All(first, price => Assert.Matches(@"^\d+\.\d\d$", price));
        Assert.Equal("live", await page.TextContentAsync("#state"));
        Assert.NotEqual("", await page.GetAttributeAsync("#ACORN polyline", "points"));
    }

    /// <summary>Each channel keeps its latest price, so a newcomer has all of them at once.</summary>
    [Fact]
    public async Task Stream_Newcomer_GetsEachPriceFirst()
    {
        await using var sample = await BrowserSample.StartAsync("Ticker");
        await using (var early = await SseClient.JoinAsync(new Uri(sample.Address, "/prices")))
        {
            await early.TakeAsync(Symbols * 2);
        }

        await using var newcomer = await SseClient.OpenAsync(new Uri(sample.Address, "/prices?lastEventId=newcomer"));
        var prices = (await newcomer.TakeAsync(Symbols * 2)).Where(received => received.Type != "missedevents").ToList();

        Assert.Equal(Symbols, prices.Take(Symbols).Select(price => price.Type).Distinct().Count());
    }
}
