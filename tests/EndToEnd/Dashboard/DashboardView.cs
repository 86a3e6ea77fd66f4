using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Playwright;
using SseFabric.TestKit.Waiting;

namespace SseFabric.EndToEnd.Dashboard;

/// <summary>The dashboard in a tab of its own browser profile.</summary>
internal sealed class DashboardView : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _complaints = [];

    private DashboardView(IPage page)
    {
        Page = page;
        page.Console += (_, message) => Complain(message.Type is "error" or "warning", message.Text);
        page.PageError += (_, error) => Complain(true, error);
        page.Dialog += (_, dialog) =>
        {
            Complain(true, $"a dialog: {dialog.Message}");
            _ = dialog.DismissAsync();
        };
    }

    public IPage Page { get; }

    /// <summary>What the page and the browser have complained of.</summary>
    public IEnumerable<string> Complaints => _complaints;

    public static async Task<DashboardView> OpenAsync(IPage page, Uri server)
    {
        var view = new DashboardView(page);
        var response = await page.GotoAsync(new Uri(server, "/dashboard").ToString());
        Assert.Equal(200, response!.Status);
        return view;
    }

    public async Task<string> TextAsync(string id) => await Page.Locator($"#{id}").TextContentAsync() ?? "";

    public Task<string> SeeAsync(string id, string text) => SeeAsync(id, seen => seen == text);

    public Task<string> SeeAsync(string id, Func<string, bool> holds) =>
        Eventually.SeeAsync($"what #{id} says", () => TextAsync(id), holds, TimeSpan.FromSeconds(30));

    /// <summary>Waits until it shows figures that come.</summary>
    public async Task<DashboardView> SeeLiveAsync()
    {
        await SeeAsync("status-text", "Live");
        return this;
    }

    /// <summary>The channels' names and subscribers, in the order of the table.</summary>
    public async Task<(string Name, int Subscribers)[]> ChannelsAsync()
    {
        var rows = await Page.EvaluateAsync<string[][]>("() => [...document.querySelectorAll('#channels tr')].filter(row => row.querySelector('th')).map(row => [row.querySelector('bdi').textContent, row.cells[1].textContent])");
        return [.. rows.Select(row => (row[0], int.Parse(row[1], NumberStyles.AllowThousands, CultureInfo.InvariantCulture)))];
    }

    public Task SeeChannelsAsync(params (string Name, int Subscribers)[] channels) => Eventually.SeeAsync(
        "the channels", ChannelsAsync, seen => seen.SequenceEqual(channels), TimeSpan.FromSeconds(30), show: seen => string.Join(", ", seen));

    /// <summary>Follows a channel until it is followed.</summary>
    public async Task TailAsync(string channel)
    {
        await Page.FillAsync("#tail-channel", channel);
        await Page.PressAsync("#tail-channel", "Enter");
        await SeeAsync("tail-note", text => text.StartsWith($"Following {channel}.", StringComparison.Ordinal));
    }

    /// <summary>The payloads that the tail shows.</summary>
    public async Task<string[]> TailedAsync() => await Page.Locator("#tail-log .data").AllTextContentsAsync() is var all ? [.. all] : [];

    public Task<string[]> SeeTailedAsync(Func<string[], bool> holds) =>
        Eventually.SeeAsync("what the tail shows", TailedAsync, holds, TimeSpan.FromSeconds(30), show: seen => string.Join(" | ", seen));

    /// <summary>Nothing was complained of so far.</summary>
    public void AssertQuiet() => Assert.Empty(_complaints);

    public async ValueTask DisposeAsync() => await Page.Context.DisposeAsync();

    private void Complain(bool isOne, string text)
    {
        if (isOne)
        {
            _complaints.Enqueue(text);
        }
    }
}
