using Microsoft.Playwright;
using SseFabric.EndToEnd.Browsers;
using SseFabric.TestKit.Http;

namespace SseFabric.EndToEnd.Samples;

/// <summary>samples/notifications with real browsers: each user reads their own and nobody else's.</summary>
[Trait("Suite", "EndToEnd")]
[Trait("Needs", "chromium")]
public sealed class NotificationsSampleTests
{
    private const string Markup = "<img src=x onerror=\"document.title='owned'\">";

    [Fact]
    public async Task Notice_ReachesItsUserAlone_AndWaitsForWhoIsAway()
    {
        await using var browser = await HeadlessChromium.LaunchAsync();
        await using var sample = await BrowserSample.StartAsync("Notifications");
        await using var alice = await browser.NewContextAsync();
        await using var bob = await browser.NewContextAsync();
        await using var carol = await browser.NewContextAsync();
        var (alices, bobs) = (await SignInAsync(sample, alice, "alice"), await SignInAsync(sample, bob, "bob"));

        await NotifyAsync(alices, "carol", "for later");
        await NotifyAsync(alices, "bob", Markup);
        await BrowserSample.SeeAsync(bobs, "#notices p", texts => texts == Markup);

        Assert.Equal("alice", await bobs.TextContentAsync("#notices .who"));
        Assert.Equal(0, await bobs.Locator("#notices img").CountAsync());
        Assert.Equal("(1) Notifications", await bobs.TitleAsync());
        Assert.Equal("", await alices.TextContentAsync("#notices"));
        await BrowserSample.SeeAsync(await SignInAsync(sample, carol, "carol"), "#notices p", texts => texts == "for later");
    }

    [Fact]
    public async Task SignOut_ThenReload_AsksAgain()
    {
        await using var browser = await HeadlessChromium.LaunchAsync();
        await using var sample = await BrowserSample.StartAsync("Notifications");
        await using var context = await browser.NewContextAsync();
        var page = await SignInAsync(sample, context, "alice");
        await page.ReloadAsync();
        await BrowserSample.SeeAsync(page, "#state", state => state == "live");

        await page.ClickAsync("#leave");
        await page.WaitForSelectorAsync("#door");
        await page.ReloadAsync();

        await page.WaitForSelectorAsync("#door");
    }

    [Fact]
    public async Task Stream_OfAnotherUser_Is403_AndWithoutTokenIs401()
    {
        await using var sample = await BrowserSample.StartAsync("Notifications");
        using var publisher = new HttpPublisher(sample.Address);
        var answer = await publisher.PostAsync("/sign-in", "{\"name\":\"alice\"}", "application/json");
        var signedIn = new SseRequest { Headers = new Dictionary<string, string> { ["Cookie"] = answer.Header("Set-Cookie")!.Split(';')[0] } };

        Assert.Contains("httponly", answer.Header("Set-Cookie")!, StringComparison.OrdinalIgnoreCase);
        await using var own = await SseClient.OpenAsync(new Uri(sample.Address, "/events?channel=user.alice"), signedIn);
        await using var others = await SseClient.OpenAsync(new Uri(sample.Address, "/events?channel=user.bob"), signedIn);
        await using var nobodys = await SseClient.OpenAsync(new Uri(sample.Address, "/events?channel=user.alice"));
        Assert.Equal((200, 403, 401), ((int)own.Status, (int)others.Status, (int)nobodys.Status));
        // The first one keeps its cookie.
        using var stranger = new HttpPublisher(sample.Address);
        Assert.Equal(401, (await stranger.PostAsync("/users/bob/notices", "{\"text\":\"x\"}", "application/json")).Status);
        Assert.Equal(400, (await publisher.PostAsync("/sign-in", "{\"name\":\"mallory\"}", "application/json")).Status);
    }

    private static async Task<IPage> SignInAsync(BrowserSample sample, IBrowserContext context, string name)
    {
        var page = await sample.OpenAsync(context);
        await page.ClickAsync($"#users button[value={name}]");
        await BrowserSample.SeeAsync(page, "#state", state => state == "live");
        return page;
    }

    private static async Task NotifyAsync(IPage page, string to, string text)
    {
        await page.SelectOptionAsync("#to", to);
        await page.FillAsync("#text", text);
        await page.ClickAsync("#send button");
        await page.WaitForFunctionAsync("() => document.getElementById('text').value === ''");
    }
}
