using Microsoft.Playwright;
using SseFabric.TestKit.Processes;

namespace SseFabric.EndToEnd.Browsers.Client;

/// <summary>A browser and the pages with the client.</summary>
internal sealed class ClientRun : IAsyncDisposable
{
    private readonly HeadlessChromium _chromium;

    private ClientRun(ClientPages pages, HeadlessChromium chromium, IBrowserContext browser) => (Pages, _chromium, Browser) = (pages, chromium, browser);

    public ClientPages Pages { get; }

    public IBrowserContext Browser { get; }

    /// <param name="html">What the pages hold.</param>
    /// <param name="policy">Their content security policy.</param>
    public static async Task<ClientRun> StartAsync(string html = "", string? policy = null)
    {
        Need.Tool("chromium");
        var pages = await ClientPages.StartAsync(html, policy);
        var chromium = await HeadlessChromium.LaunchAsync();
        return new ClientRun(pages, chromium, await chromium.NewContextAsync());
    }

    /// <summary>A frontend that every page may read, one in a sandbox too, with histories that hold all that a test brings, and three events of channels that begin with <c>short</c>.</summary>
    public static Task<SseFabricProcess> ServeAsync(params string[] options) => SseFabricProcess.StartAsync(
    [
        "--Fabric:Stream:Cors:Origins:0=*", "--Fabric:Stream:Retry=00:00:00.2",
        "--Fabric:Channels:0:Match=short*", "--Fabric:Channels:0:History:Count=3",
        "--Fabric:Channels:1:Match=*", "--Fabric:Channels:1:History:Count=100000", "--Fabric:Channels:1:History:MaxBytes=100000000",
        .. options,
    ]);

    /// <summary>A new tab whose subscription is open.</summary>
    public Task<ClientTab> OpenAsync(SseFabricProcess fabric, string[] channels, object? options = null) =>
        ClientTab.OpenAsync(Browser, Pages, new Uri(fabric.Address, "/events"), channels, options);

    /// <summary>A new tab whose subscription may not be open yet.</summary>
    public async Task<ClientTab> SubscribeAsync(SseFabricProcess fabric, string[] channels, object? options = null)
    {
        var tab = new ClientTab(await Browser.NewPageAsync());
        await tab.GoAsync(Pages);
        await tab.SubscribeAsync(new Uri(fabric.Address, "/events"), channels, options);
        return tab;
    }

    /// <summary>Ends the shared worker as a crash would: nobody is told.</summary>
    public async Task KillSharedWorkerAsync()
    {
        var session = await Browser.Browser!.NewBrowserCDPSessionAsync();
        var targets = await session.SendAsync("Target.getTargets");
        var worker = targets!.Value.GetProperty("targetInfos").EnumerateArray().Single(target => target.GetProperty("type").GetString() == "shared_worker");
        await session.SendAsync("Target.closeTarget", new Dictionary<string, object> { ["targetId"] = worker.GetProperty("targetId").GetString()! });
    }

    public async ValueTask DisposeAsync()
    {
        await _chromium.DisposeAsync();
        await Pages.DisposeAsync();
    }
}
