using Microsoft.Playwright;
using SseFabric.EndToEnd.Browsers;
using SseFabric.TestKit.Processes;

namespace SseFabric.EndToEnd.Dashboard;

/// <summary>A running program and a browser for all the tests of the dashboard.</summary>
[CollectionDefinition(nameof(DashboardFixture))]
public sealed class DashboardFixture : FrontendFixture, ICollectionFixture<DashboardFixture>
{
    private HeadlessChromium? _chromium;

    /// <summary>Opens the dashboard; what the page complains of fails the test when it closes the view.</summary>
    internal async Task<DashboardView> OpenAsync(SseFabricProcess? fabric = null, int width = 1280, ColorScheme colours = ColorScheme.Light)
    {
        _chromium ??= await HeadlessChromium.LaunchAsync();
        var context = await _chromium.NewContextAsync(new()
        {
            ViewportSize = new() { Width = width, Height = 900 },
            ColorScheme = colours,
            ReducedMotion = ReducedMotion.Reduce,
        });
        return await DashboardView.OpenAsync(await context.NewPageAsync(), (fabric ?? Fabric).Address);
    }

    /// <summary>Also closes the browser.</summary>
    protected override async ValueTask DisposeMoreAsync()
    {
        if (_chromium is not null)
        {
            await _chromium.DisposeAsync();
        }
    }
}
