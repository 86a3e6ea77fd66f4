using SseFabric.EndToEnd.Browsers;

namespace SseFabric.EndToEnd.Samples;

/// <summary>Each sample with a page is started by one command, and its page fits a phone, in light and dark.</summary>
[Trait("Suite", "EndToEnd")]
[Trait("Needs", "chromium")]
public sealed class SampleScriptTests
{
    [Theory]
    [InlineData("chat")]
    [InlineData("ticker")]
    [InlineData("notifications")]
    public async Task Run_InItsFolder_ServesAPageThatFitsAPhone(string folder)
    {
        await using var browser = await HeadlessChromium.LaunchAsync();
        await using var sample = await BrowserSample.RunAsync(folder);
        await using var context = await browser.NewContextAsync();
        var page = await sample.OpenAsync(context);
        var faults = new List<string>();
        page.Console += (_, message) => faults.AddRange(message.Type == "error" && !message.Text.Contains("401", StringComparison.Ordinal) ? [message.Text] : []);
        await page.SetViewportSizeAsync(360, 640);

        var light = await GroundAsync(page);
        await page.EmulateMediaAsync(new() { ColorScheme = Microsoft.Playwright.ColorScheme.Dark });

        Assert.NotEqual(light, await GroundAsync(page));
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= 360"));
        Assert.Empty(faults);
        Assert.Equal(0, await sample.Process.TerminateAsync());
    }

    private static Task<string> GroundAsync(Microsoft.Playwright.IPage page) =>
        page.EvaluateAsync<string>("getComputedStyle(document.documentElement).backgroundColor");
}
