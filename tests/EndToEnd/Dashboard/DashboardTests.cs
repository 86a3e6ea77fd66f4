using Microsoft.Playwright;
using SseFabric.TestKit.Http;
using SseFabric.TestKit.Processes;
using SseFabric.TestKit.Waiting;

namespace SseFabric.EndToEnd.Dashboard;

/// <summary>What the dashboard shows and does, in a real browser.</summary>
[Collection(nameof(DashboardFixture)), Trait("Suite", "EndToEnd"), Trait("Needs", "chromium")]
public sealed class DashboardTests(DashboardFixture fixture)
{
    private const string Markup = "<img src=x onerror=alert(1)><script>alert(2)</script>&amp;\"'";

    [Fact]
    public async Task Totals_SubscribersComeAndEventsGo_Move()
    {
        await using var fabric = await SseFabricProcess.StartAsync();
        await using var view = await fixture.OpenAsync(fabric);
        await view.SeeLiveAsync();
        Assert.Equal(("0", "0"), (await view.TextAsync("connected"), await view.TextAsync("events")));

        await using var one = await SseClient.JoinAsync(fabric.Events("a", "b"));
        var two = await SseClient.JoinAsync(fabric.Events("b"));
        await view.SeeAsync("connected", "2");
        await view.SeeAsync("channel-count", "2");
        using var http = new HttpPublisher(fabric.Address);
        using var stop = new CancellationTokenSource();
        var publishing = PublishAsync(http, "b", stop.Token);
        await view.SeeAsync("deliveries", text => text != "–" && text != "0");
        await view.SeeAsync("lag", text => text.EndsWith("ms", StringComparison.Ordinal) || text.EndsWith('s'));
        await stop.CancelAsync();
        var published = await publishing;
        await view.SeeAsync("published", $"{published:N0}");
        await view.SeeAsync("events", $"{2 * published:N0}");
        await two.DisposeAsync();
        await view.SeeAsync("connected", "1");
        await view.SeeAsync("served", "1");

        await view.SeeAsync("frontends", text => text.Contains("active", StringComparison.Ordinal));
        Assert.Contains("active", await view.TextAsync("silos"), StringComparison.Ordinal);
        foreach (var plot in new[] { "connections", "rates", "lag" })
        {
            Assert.Matches("^M[0-9.]+ [0-9.]+[Lh]", await view.Page.Locator($"#plot-{plot} path.line.first").GetAttributeAsync("d"));
        }

        Assert.Matches("^Connections. Now: Connections 1. Highest in five minutes: [2-9].$", await view.Page.Locator("#plot-connections svg").GetAttributeAsync("aria-label"));
        view.AssertQuiet();
    }

    [Fact]
    public async Task Channels_BySubscribers_AndOfAFilter()
    {
        await using var fabric = await SseFabricProcess.StartAsync("--Fabric:Stream:MaxChannels=1000");
        await using var view = await fixture.OpenAsync(fabric);
        await using var one = await SseClient.JoinAsync(fabric.Events([.. Enumerable.Range(0, 150).Select(i => $"many-{i:D3}"), "least", "middle", "most"]));
        await using var two = await SseClient.JoinAsync(fabric.Events("middle", "most"));
        await using var three = await SseClient.JoinAsync(fabric.Events("most"));

        await view.SeeChannelsAsync([("most", 3), ("middle", 2), ("least", 1), .. Enumerable.Range(0, 97).Select(i => ($"many-{i:D3}", 1))]);
        await view.SeeAsync("channels-note", "The 100 with the most subscribers of 153.");
        await view.Page.FillAsync("#filter", "ANY-14");
        await view.SeeChannelsAsync([.. Enumerable.Range(140, 10).Select(i => ($"many-{i:D3}", 1))]);
        await view.Page.FillAsync("#filter", "m");
        await view.SeeAsync("channels-note", "100 of 152 that have it.");
        await view.Page.FillAsync("#filter", "nobody's");
        await view.SeeAsync("channels", "No channel in use has this in its name.");
        view.AssertQuiet();
    }

    [Fact]
    public async Task Tail_Paused_HoldsWhatComes()
    {
        var channel = FrontendFixture.Unique();
        await using var view = await fixture.OpenAsync();
        await view.SeeLiveAsync();
        await view.TailAsync(channel);
        await fixture.PublishAsync(channel, "1", "2\nlines");
        await view.SeeTailedAsync(seen => seen.SequenceEqual(["1", "2\nlines"]));

        await view.Page.ClickAsync("#tail-pause");
        await fixture.PublishAsync(channel, "3", "4");
        await view.SeeAsync("tail-note", "Paused, 2 held back. 4 events seen.");
        Assert.Equal(["1", "2\nlines"], await view.TailedAsync());
        await view.Page.ClickAsync("#tail-pause");
        await view.SeeTailedAsync(seen => seen.SequenceEqual(["1", "2\nlines", "3", "4"]));

        // Another one, and only the latest of it.
        var busy = FrontendFixture.Unique("long");
        await view.TailAsync(busy);
        Assert.Empty(await view.TailedAsync());
        await fixture.PublishAsync(busy, [.. Enumerable.Range(1, 500).Select(i => $"{i}")]);
        await view.SeeTailedAsync(seen => seen.SequenceEqual(Enumerable.Range(301, 200).Select(i => $"{i}")));
        await view.Page.ClickAsync("#tail-stop");
        await SeeSubscribersAsync(channel, 0);
        await SeeSubscribersAsync(busy, 0);
        view.AssertQuiet();
    }

    [Fact]
    public async Task Tail_NoTextOrTooMuch_IsShownInPart()
    {
        var channel = FrontendFixture.Unique();
        await using var view = await fixture.OpenAsync();
        await view.SeeLiveAsync();
        await view.TailAsync(channel);
        using var http = new HttpPublisher(fixture.Fabric.Address);
        await http.PublishAsync(channel, new byte[] { 0xFF, 0x00, 0x1F });
        await http.PublishAsync(channel, new string('é', 1_000_000), ("X-Event-Type", "big"));

        var seen = await view.SeeTailedAsync(seen => seen.Length == 2);

        Assert.Equal(["ff 00 1f", new string('é', 2048) + " …"], seen);
        Assert.Equal(["message", "big"], await view.Page.Locator("#tail-log .type").AllTextContentsAsync());
        view.AssertQuiet();
    }

    [Fact]
    public async Task Publish_Form_DeliversToARealSubscriber()
    {
        var channel = FrontendFixture.Unique("a/ö?&#");
        await using var client = await fixture.JoinAsync(channel);
        await using var view = await fixture.OpenAsync();
        await view.SeeLiveAsync();
        await SeeSubscribersAsync(channel, 1);
        await view.Page.FillAsync("#publish-channel", channel);
        await view.Page.FillAsync("#publish-type", "price change");
        await view.Page.FillAsync("#publish-data", "two\nlines & <b>€</b>");
        await view.Page.ClickAsync("#publish-form [type=submit]");

        var arrived = await client.NextAsync();
        Assert.Equal(("price change", "two\nlines & <b>€</b>"), (arrived.Type, arrived.Text));
        await view.SeeAsync("publish-note", text => text.StartsWith("Published as ", StringComparison.Ordinal) && text.EndsWith(" to 1 subscriber.", StringComparison.Ordinal));

        // What the server refuses is told in its own words.
        await view.Page.FillAsync("#publish-channel", FrontendFixture.Unique("small"));
        await view.Page.FillAsync("#publish-data", new string('x', 101));
        await view.Page.ClickAsync("#publish-form [type=submit]");
        await view.SeeAsync("publish-note", text => text.Contains("MaxEventBytes", StringComparison.Ordinal));
    }

    [Fact]
    public async Task End_Channel_EndsItsStreamsAfterAQuestion()
    {
        var channel = FrontendFixture.Unique();
        await using var client = await fixture.JoinAsync(channel);
        await using var view = await fixture.OpenAsync();
        await view.SeeLiveAsync();
        await view.Page.FillAsync("#filter", channel);
        var end = view.Page.GetByRole(AriaRole.Button, new() { Name = $"End the streams of {channel}" });
        await end.ClickAsync();
        await view.Page.ClickAsync("#confirm-no");
        await fixture.PublishAsync(channel, "still there");
        Assert.Equal("still there", (await client.NextAsync()).Text);

        await end.ClickAsync();
        Assert.Contains(channel, await view.TextAsync("confirm-text"), StringComparison.Ordinal);
        await view.Page.ClickAsync("#confirm-yes");

        Assert.Equal("streamend", (await client.NextAsync()).Type);
        await client.Ended.Within("the end of the stream");
        await view.SeeAsync("toast", $"1 stream of {channel} ended.");
        view.AssertQuiet();
    }

    [Fact]
    public async Task Markup_InNamesAndPayloads_IsText()
    {
        var channel = FrontendFixture.Unique(Markup);
        await using var client = await fixture.JoinAsync(channel);
        await using var view = await fixture.OpenAsync();
        await view.SeeLiveAsync();
        await view.Page.FillAsync("#filter", channel);
        await view.SeeChannelsAsync((channel, 1));
        await view.Page.GetByRole(AriaRole.Button, new() { Name = $"Tail {channel}", Exact = true }).ClickAsync();
        await view.SeeAsync("tail-note", $"Following {channel}. 0 events seen.");
        using var http = new HttpPublisher(fixture.Fabric.Address);
        await http.PublishAsync(channel, Markup, ("X-Event-Type", Markup));

        Assert.Equal([Markup], await view.SeeTailedAsync(seen => seen.Length == 1));
        Assert.Equal([Markup], await view.Page.Locator("#tail-log .type").AllTextContentsAsync());
        await view.Page.GetByRole(AriaRole.Button, new() { Name = $"End the streams of {channel}", Exact = true }).ClickAsync();
        Assert.Contains(Markup, await view.TextAsync("confirm-text"), StringComparison.Ordinal);
        Assert.Equal(0, await view.Page.Locator("main img, main script, dialog img, dialog script").CountAsync());
        view.AssertQuiet();
    }

    [Theory]
    [InlineData(400, ColorScheme.Light)]
    [InlineData(400, ColorScheme.Dark)]
    [InlineData(1280, ColorScheme.Dark)]
    public async Task Page_OfAnyWidthAndColours_FitsAndIsLegible(int width, ColorScheme colours)
    {
        var channel = FrontendFixture.Unique(new string('w', 200));
        await using var client = await fixture.JoinAsync(channel);
        await using var view = await fixture.OpenAsync(width: width, colours: colours);
        await view.SeeLiveAsync();
        await view.TailAsync(channel);
        await fixture.PublishAsync(channel, new string('x', 3000));
        await view.SeeTailedAsync(seen => seen.Length == 1);

        Assert.InRange(await view.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"), 1, width);
        var contrasts = await view.Page.EvaluateAsync<double[]>(Contrast);
        Assert.All(contrasts, contrast => Assert.InRange(contrast, 4.5, 21));
        Assert.True(contrasts.Length > 20);
        Assert.Equal(colours == ColorScheme.Dark, await view.Page.EvaluateAsync<bool>("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).every(part => part < 60)"));
        view.AssertQuiet();
    }

    [Fact]
    public async Task Server_Restarted_ThePageComesBackByItself()
    {
        var first = await SseFabricProcess.StartAsync("--Fabric:Drain:Window=00:00:00", "--Fabric:Stream:Retry=00:00:00.2");
        await using var view = await fixture.OpenAsync(first);
        await view.SeeLiveAsync();
        await view.TailAsync("a");
        await using (first)
        {
            // An open page keeps no process from its end.
            Assert.Equal(0, await first.Process.TerminateAsync(TimeSpan.FromSeconds(10)));
        }

        await view.SeeAsync("status-text", "Reconnecting");
        await view.SeeAsync("banner", text => text.StartsWith("No connection to the server: these figures are of ", StringComparison.Ordinal));
        await using var second = await SseFabricProcess.StartAsync($"--port={first.Address.Port}", "--Fabric:Stream:Retry=00:00:00.2");
        await view.SeeLiveAsync();
        Assert.True(await view.Page.Locator("#banner").IsHiddenAsync());

        await view.SeeAsync("tail-note", text => text.StartsWith("Following a.", StringComparison.Ordinal));
        using var http = new HttpPublisher(second.Address);
        await http.PublishAsync("a", "again");
        await view.SeeTailedAsync(seen => seen.SequenceEqual(["again"]));
        await view.SeeAsync("published", "1");
    }

    // Of all texts to what is behind them.
    private const string Contrast =
        """
        () => {
          const parse = colour => { const [r, g, b, a = 1] = colour.match(/[\d.]+/g).map(Number); return { r, g, b, a }; };
          const light = ({ r, g, b }) => [r, g, b].map(part => part / 255).map(part => part <= .03928 ? part / 12.92 : ((part + .055) / 1.055) ** 2.4)
            .reduce((sum, part, i) => sum + part * [.2126, .7152, .0722][i], 0);
          const behind = element => { const colour = parse(getComputedStyle(element).backgroundColor); return colour.a === 1 || !element.parentElement ? colour : behind(element.parentElement); };
          return [...document.querySelectorAll("main *, header *")]
            .filter(element => element.checkVisibility() && !element.closest("svg") && !element.disabled && [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim()))
            .map(element => { const [a, b] = [light(parse(getComputedStyle(element).color)), light(behind(element))]; return (Math.max(a, b) + .05) / (Math.min(a, b) + .05); });
        }
        """;

    private static async Task<int> PublishAsync(HttpPublisher http, string channel, CancellationToken cancellationToken)
    {
        var published = 0;
        for (; !cancellationToken.IsCancellationRequested; published++)
        {
            await http.PublishAsync(channel, "x");
        }

        return published;
    }

    private async Task SeeSubscribersAsync(string channel, int count)
    {
        using var http = new HttpPublisher(fixture.Fabric.Address);
        await Eventually.SeeAsync(
            $"{count} subscribers of {channel}",
            async () => (await http.SendAsync(HttpMethod.Get, $"/stats?channel={Uri.EscapeDataString(channel)}", null, null)).Json.GetProperty("subscribers").GetInt32(),
            subscribers => subscribers == count);
    }
}
