using System.Net;
using SseFabric.TestKit.Http;
using SseFabric.TestKit.Processes;

namespace SseFabric.EndToEnd.Dashboard;

/// <summary>Who may look at the dashboard, and what its page may do.</summary>
[Collection(nameof(DashboardFixture)), Trait("Suite", "EndToEnd")]
public sealed class DashboardAccessTests(DashboardFixture fixture)
{
    private const string Publish = "/dashboard/channels/a/events";

    [Fact]
    public async Task Page_EveryFile_IsItsOwnAndNothingElseRuns()
    {
        using var http = new HttpPublisher(fixture.Fabric.Address);
        var page = await http.SendAsync(HttpMethod.Get, "/dashboard", null, null);

        Assert.Equal("text/html; charset=utf-8", page.Header("Content-Type"));
        var policy = page.Header("Content-Security-Policy")!.Split("; ");
        Assert.Equal(
            ["default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "connect-src 'self'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
                "require-trusted-types-for 'script'", "trusted-types 'none'"],
            policy);
        Assert.Equal(("nosniff", "DENY", "no-store"), (page.Header("X-Content-Type-Options"), page.Header("X-Frame-Options"), page.Header("Cache-Control")));
        Assert.DoesNotContain("://", page.Body, StringComparison.Ordinal);
        Assert.DoesNotMatch("(?i)<style|<script>|\\sstyle=|\\son[a-z]+=", page.Body);
        foreach (var (file, type) in new[] { ("dashboard.js", "text/javascript"), ("dashboard.css", "text/css"), ("icon.svg", "image/svg+xml") })
        {
            var answer = await http.SendAsync(HttpMethod.Get, $"/dashboard/{file}", null, null);
            Assert.Equal(200, answer.Status);
            Assert.StartsWith(type, answer.Header("Content-Type"), StringComparison.Ordinal);
            Assert.Equal(page.Header("Content-Security-Policy"), answer.Header("Content-Security-Policy"));
        }

        var slash = await http.SendAsync(HttpMethod.Get, "/dashboard/", null, null);
        Assert.Equal((308, "../dashboard"), (slash.Status, slash.Header("Location")));
    }

    [Theory]
    [InlineData("X-Forwarded-For", "192.0.2.1")]
    [InlineData("Forwarded", "for=192.0.2.1")]
    [InlineData("Origin", "https://page.example")]
    [InlineData("Host", "page.example")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    public async Task NoKey_FromElsewhere_Is403(string header, string value)
    {
        using var http = new HttpPublisher(fixture.Fabric.Address);
        foreach (var path in new[] { "/dashboard", "/dashboard/dashboard.js", "/dashboard/feed", "/dashboard/tail?channel=a", "/dashboard/channels?filter=a" })
        {
            Assert.Equal(403, (await http.SendAsync(HttpMethod.Get, path, null, null, (header, value))).Status);
        }

        Assert.Equal(403, (await http.PostAsync(Publish, "x", null, (header, value))).Status);
        Assert.Equal(200, (await http.PostAsync(Publish, "x", null)).Status);
    }

    /// <summary>A link from elsewhere may lead to the page.</summary>
    [Fact]
    public async Task NoKey_Navigation_IsAnswered()
    {
        using var http = new HttpPublisher(fixture.Fabric.Address);

        Assert.Equal(200, (await http.SendAsync(HttpMethod.Get, "/dashboard", null, null, ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "navigate"))).Status);
    }

    [Fact]
    [Trait("Needs", "chromium")]
    public async Task Key_Given_OpensThePageUntilItIsSignedOut()
    {
        await using var fabric = await SseFabricProcess.StartAsync("--Fabric:Management:Key=geheim-key", "--Fabric:Publish:Keys:0=geheim-publish");
        using var http = new HttpPublisher(fabric.Address);
        foreach (var path in new[] { "/dashboard/feed", "/dashboard/tail?channel=a", "/dashboard/channels?filter=a" })
        {
            Assert.Equal(401, (await http.SendAsync(HttpMethod.Get, path, null, null)).Status);
            Assert.Equal(401, (await http.SendAsync(HttpMethod.Get, path, null, null, ("Authorization", "Bearer geheim-publish"))).Status);
        }

        Assert.Equal(401, (await http.PostAsync(Publish, "x", null, ("Cookie", "key=geheim-key"))).Status);

        await using var client = await SseClient.JoinAsync(fabric.Events("a"));
        await using var view = await fixture.OpenAsync(fabric);
        await view.SeeAsync("status-text", "Signed out");
        Assert.True(await view.Page.Locator("#main").IsHiddenAsync());
        await view.Page.FillAsync("#key", "wrong");
        await view.Page.PressAsync("#key", "Enter");
        await view.SeeAsync("sign-in-fault", text => text.Contains("Fabric:Management:Key", StringComparison.Ordinal));
        await view.Page.FillAsync("#key", "geheim-key");
        await view.Page.PressAsync("#key", "Enter");
        await view.SeeLiveAsync();
        await view.SeeAsync("connected", "1");

        await view.TailAsync("a");
        await view.Page.FillAsync("#publish-channel", "a");
        await view.Page.FillAsync("#publish-data", "signed in");
        await view.Page.ClickAsync("#publish-form [type=submit]");
        Assert.Equal("signed in", (await client.NextAsync()).Text);
        await view.SeeTailedAsync(seen => seen.SequenceEqual(["signed in"]));
        await view.Page.FillAsync("#filter", "a");
        await view.SeeChannelsAsync(("a", 2));

        await view.Page.ReloadAsync();
        await view.SeeLiveAsync();
        await view.Page.ClickAsync("#sign-out");
        await view.SeeAsync("status-text", "Signed out");
        await view.Page.ReloadAsync();
        await view.SeeAsync("status-text", "Signed out");
        Assert.True(await view.Page.Locator("#key").IsVisibleAsync());
        Assert.Empty(await view.Page.Context.CookiesAsync());
        Assert.DoesNotContain("geheim", fabric.Process.Tail(), StringComparison.Ordinal);
    }

    /// <summary>However many look, each is told every second, and one too many is sent away.</summary>
    [Fact]
    public async Task Feed_ManyViewers_AreBounded()
    {
        // Of its own: the views of other tests would count, before as well as after.
        await using var fabric = await SseFabricProcess.StartAsync();
        var address = new Uri(fabric.Address, "/dashboard/feed");
        var viewers = new List<SseClient>();
        try
        {
            for (var i = 0; i < 100; i++)
            {
                viewers.Add(await SseClient.OpenAsync(address));
            }

            foreach (var viewer in viewers)
            {
                Assert.Equal((HttpStatusCode.OK, "past", "sample"), (viewer.Status, (await viewer.NextAsync()).Type, (await viewer.NextAsync()).Type));
            }

            await using var refused = await SseClient.OpenAsync(address);
            Assert.Equal((HttpStatusCode.ServiceUnavailable, "5"), (refused.Status, refused.Header("Retry-After")));
        }
        finally
        {
            foreach (var viewer in viewers)
            {
                await viewer.DisposeAsync();
            }
        }
    }
}
