using System.Text.Json;
using Microsoft.Playwright;
using SseFabric.TestKit.Waiting;

namespace SseFabric.EndToEnd.Browsers.Client;

/// <summary>A tab with the browser client in it.</summary>
internal sealed class ClientTab(IPage page)
{
    public IPage Page => page;

    /// <summary>A new tab whose subscription is open.</summary>
    public static async Task<ClientTab> OpenAsync(IBrowserContext context, ClientPages pages, Uri address, string[] channels, object? options = null)
    {
        var tab = new ClientTab(await context.NewPageAsync());
        await tab.GoAsync(pages);
        await tab.SubscribeAsync(address, channels, options);
        await tab.SeeToldAsync(told => told.Contains("open"));
        return tab;
    }

    public Task GoAsync(ClientPages pages) => page.GotoAsync($"{pages.Origin}/");

    public Task SubscribeAsync(Uri address, string[] channels, object? options = null) =>
        page.EvaluateAsync("async ([address, channels, options]) => { await open(address, channels, options ?? {}); }", new object?[] { address.ToString(), channels, options });

    public async Task<string[]> SeenAsync() => await page.EvaluateAsync<string[]>("seen");

    public async Task<string[]> ToldAsync() => await page.EvaluateAsync<string[]>("told");

    public Task<string[]> SeeAsync(Func<string[], bool> holds) => Eventually.SeeAsync("what the tab has seen", SeenAsync, holds, TimeSpan.FromSeconds(30), show: Last);

    public Task<string[]> SeeToldAsync(Func<string[], bool> holds) =>
        Eventually.SeeAsync("what the tab was told", ToldAsync, holds, TimeSpan.FromSeconds(30), show: told => JsonSerializer.Serialize(told));

    /// <summary>Waits for the last of the numbers from 1 on and asserts that each has come once, in order.</summary>
    public async Task AssertNumbersAsync(string channel, int last, int first = 1)
    {
        var seen = await SeeAsync(seen => seen.Contains($"{channel} {last}"));
        Assert.Equal(Enumerable.Range(first, last - first + 1).Select(i => $"{channel} {i}"), seen.Where(line => line.StartsWith(channel + " ", StringComparison.Ordinal)));
    }

    /// <summary>Tells the page what a browser tells one that it puts aside, or takes back.</summary>
    public Task TellAsync(string happening) =>
        page.EvaluateAsync("type => (type.startsWith('page') ? window : document).dispatchEvent(new Event(type))", happening);

    /// <summary>Sends a command of the browser's own protocol.</summary>
    public async Task CommandAsync(string method, Dictionary<string, object>? arguments = null)
    {
        var session = await page.Context.NewCDPSessionAsync(page);
        await session.SendAsync(method, arguments);
    }

    private static string Last(string[] seen) => $"{seen.Length}: {string.Join(", ", seen.TakeLast(3))}";
}
