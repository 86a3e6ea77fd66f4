using Microsoft.Playwright;
using SseFabric.TestKit.Http;
using SseFabric.TestKit.Processes;
using SseFabric.TestKit.Waiting;

namespace SseFabric.EndToEnd.Browsers.Client;

/// <summary>One connection for all tabs, whatever becomes of them.</summary>
[Trait("Suite", "EndToEnd"), Trait("Needs", "chromium"), Trait("Parity", "152")]
public sealed class SharedConnectionTests : IAsyncLifetime
{
    private const int Tabs = 10;
    private ClientPages _pages = null!;
    private SseFabricProcess _fabric = null!;
    private HeadlessChromium _chromium = null!;
    private IBrowserContext _browser = null!;

    public async ValueTask InitializeAsync()
    {
        Need.Tool("chromium");
        _pages = await ClientPages.StartAsync();
        _fabric = await SseFabricProcess.StartAsync(
            $"--Fabric:Stream:Cors:Origins:0={_pages.Origin}", "--Fabric:Stream:Retry=00:00:00.2",
            "--Fabric:Channels:0:Match=*", "--Fabric:Channels:0:History:Count=100000", "--Fabric:Channels:0:History:MaxBytes=100000000");
        _chromium = await HeadlessChromium.LaunchAsync();
        _browser = await _chromium.NewContextAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_chromium is not null)
        {
            await _chromium.DisposeAsync();
        }

        if (_fabric is not null)
        {
            await _fabric.DisposeAsync();
        }

        if (_pages is not null)
        {
            await _pages.DisposeAsync();
        }
    }

    [Theory]
    [InlineData("worker")]
    [InlineData("locks")]
    public async Task TenTabs_OneConnection_EachGetsEveryEventOnceInOrder(string share)
    {
        var tabs = await OpenTabsAsync("a", share);
        await using var numbers = await NumberPublisher.StartAsync(_fabric, "a");
        await tabs[^1].SeeAsync(seen => seen.Length > 200);
        var last = await numbers.StopAsync();

        foreach (var tab in tabs)
        {
            await tab.AssertNumbersAsync("a", last);
            Assert.Equal(["open"], await tab.ToldAsync());
        }

        await SeeOneConnectionAsync("a", "last");
    }

    [Theory]
    [InlineData("worker", "close")]
    [InlineData("worker", "crash")]
    [InlineData("locks", "close")]
    [InlineData("locks", "reload")]
    [InlineData("locks", "crash")]
    public async Task TabsThatLead_GoAway_TheOthersMissNothing(string share, string how)
    {
        var tabs = await OpenTabsAsync("a", share, 6);
        await using var numbers = await NumberPublisher.StartAsync(_fabric, "a");
        for (var first = 0; first < 3; first++)
        {
            await tabs[^1].SeeAsync(seen => seen.Length > 50 * (first + 1));
            await GoAwayAsync(tabs[first], how);
        }

        // Twice as many again, from whoever leads now.
        var reached = numbers.Last;
        await tabs[^1].SeeAsync(seen => seen.Length > reached + 50);
        var last = await numbers.StopAsync();

        foreach (var tab in tabs[3..])
        {
            await tab.AssertNumbersAsync("a", last);
            Assert.Equal(["open"], await tab.ToldAsync());
        }

        await SeeOneConnectionAsync("a", "last");
    }

    // The browser itself freezes no page that is looked at, and every page of a test is: the events are what the client goes by.
    [Theory]
    [InlineData("worker", "freeze", "resume")]
    [InlineData("locks", "freeze", "resume")]
    [InlineData("worker", "pagehide", "pageshow")]
    [InlineData("locks", "pagehide", "pageshow")]
    public async Task TabThatLeads_PutAsideAndBack_MissesNothingEither(string share, string put, string taken)
    {
        var tabs = await OpenTabsAsync("a", share, 3);
        await using var numbers = await NumberPublisher.StartAsync(_fabric, "a");
        await tabs[0].SeeAsync(seen => seen.Length > 50);
        await tabs[0].TellAsync(put);
        var reached = numbers.Last;
        await tabs[1].SeeAsync(seen => seen.Length > reached + 100);
        var missed = numbers.Last - (await tabs[0].SeenAsync()).Length;
        await tabs[0].TellAsync(taken);
        await tabs[0].SeeAsync(seen => seen.Length > reached + 150);
        var last = await numbers.StopAsync();

        Assert.True(missed >= 100, $"It missed {missed} events while it was away.");
        foreach (var tab in tabs)
        {
            await tab.AssertNumbersAsync("a", last);
            Assert.Equal(["open"], await tab.ToldAsync());
        }
    }

    [Theory]
    [InlineData("worker", "close")]
    [InlineData("worker", "crash")]
    [InlineData("locks", "close")]
    [InlineData("locks", "crash")]
    public async Task TabsWithOtherChannels_ComeAndGo_NobodyMissesAny(string share, string how)
    {
        var first = await OpenTabAsync("a", share);
        await using var numbers = await NumberPublisher.StartAsync(_fabric, "a");
        await first.SeeAsync(seen => seen.Length > 20);
        var second = await OpenTabAsync("b", share);
        await using var others = await NumberPublisher.StartAsync(_fabric, "b");
        await second.SeeAsync(seen => seen.Length > 20);
        var third = await OpenTabAsync("c", share);
        await GoAwayAsync(third, how);
        await SeeOneConnectionAsync("b", "b");
        await Eventually.SeeAsync("the channel that nobody wants left", () => SubscribersAsync("c"), count => count == 0);
        var reached = numbers.Last;
        await first.SeeAsync(seen => seen.Length > reached + 20);

        await first.AssertNumbersAsync("a", await numbers.StopAsync());
        var last = await others.StopAsync();
        var seen = await second.SeeAsync(seen => seen.Contains($"b {last}"));
        Assert.DoesNotContain(seen, line => line.StartsWith("a ", StringComparison.Ordinal));
    }

    private async Task<ClientTab[]> OpenTabsAsync(string channel, string share, int count = Tabs)
    {
        var tabs = new ClientTab[count];
        for (var i = 0; i < count; i++)
        {
            tabs[i] = await OpenTabAsync(channel, share);
        }

        return tabs;
    }

    private Task<ClientTab> OpenTabAsync(string channel, string share) =>
        ClientTab.OpenAsync(_browser, _pages, new Uri(_fabric.Address, "/events"), [channel], new { share = new[] { share } });

    private static async Task GoAwayAsync(ClientTab tab, string how)
    {
        switch (how)
        {
            case "close":
                await tab.Page.CloseAsync();
                break;
            case "reload":
                await tab.Page.ReloadAsync();
                break;
            default:
                var crashed = new TaskCompletionSource();
                tab.Page.Crash += (_, _) => crashed.TrySetResult();
                _ = tab.CommandAsync("Page.crash");
                await crashed.Task.Within("the tab's crash");
                break;
        }
    }

    /// <summary>Waits until a channel has one subscriber, then publishes.</summary>
    private async Task SeeOneConnectionAsync(string channel, string text)
    {
        using var http = new HttpPublisher(_fabric.Address);
        await Eventually.SeeAsync(
            "one connection",
            async () => (await http.SendAsync(HttpMethod.Get, $"/stats?channel={channel}", null, null)).Json.GetProperty("subscribers").GetInt32(),
            connections => connections == 1);
        await http.PublishAsync(channel, text);
    }

    /// <summary>How many streams the server has on a channel, as the answer to a publication says.</summary>
    private async Task<int> SubscribersAsync(string channel)
    {
        using var http = new HttpPublisher(_fabric.Address);
        return (await http.PostAsync($"/channels/{channel}/events", "last", null)).Json.GetProperty("subscribers").GetInt32();
    }
}
