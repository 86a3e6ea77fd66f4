using SseFabric.EndToEnd.Authorization;
using SseFabric.EndToEnd.Clients;
using SseFabric.TestKit.Http;
using SseFabric.TestKit.Processes;
using SseFabric.TestKit.Redis;
using SseFabric.TestKit.Waiting;

namespace SseFabric.EndToEnd.Browsers.Client;

/// <summary>What the browser client makes of its server, of the browser, and of what a page asks of it.</summary>
[Trait("Suite", "EndToEnd"), Trait("Needs", "chromium"), Trait("Parity", "152")]
public sealed class BrowserClientTests
{
    private const string NoStreams = "delete Response.prototype.body; delete window.EventSource;";

    public static TheoryData<string, string?, string> WaysWithoutWorker => new()
    {
        { "delete window.SharedWorker;", null, "a leader" },
        { ";", "worker-src 'none'", "a leader" },
        { "delete window.SharedWorker; delete Navigator.prototype.locks;", null, "each its own" },
        { ";", "sandbox allow-scripts", "each its own" },
    };

    [Theory]
    [InlineData("worker")]
    [InlineData("locks")]
    [InlineData("none")]
    public async Task FrontendRestarted_BehindABadGateway_ComesBackAndIsToldOfTheNewEpoch(string share)
    {
        await using var run = await ClientRun.StartAsync();
        string[] options = ["--Fabric:Stream:Retry=00:00:00.1", $"--Fabric:Stream:Cors:Origins:0={run.Pages.Origin}", "--Fabric:Drain:Window=00:00:00"];
        var first = await SseFabricProcess.StartAsync(options);
        var port = first.Address.Port;
        var way = new { share = share == "none" ? [] : new[] { share } };
        var tabs = new[] { await run.OpenAsync(first, ["a"], way), await run.OpenAsync(first, ["a"], way) };
        await using (first)
        {
            await PublishNumbersAsync(first, "a", 1, 20);
            foreach (var tab in tabs)
            {
                await tab.AssertNumbersAsync("a", 20);
            }

            Assert.Equal(0, await first.Process.TerminateAsync());
        }

        await tabs[0].SeeToldAsync(told => told.Contains("error 0"));
        await BadGateway.AnswerOnceAsync(port);
        await using var second = await SseFabricProcess.StartAsync([.. options, $"--port={port}"]);
        foreach (var tab in tabs)
        {
            await tab.SeeToldAsync(told => told is [.., "open" or "gap a epoch"] && told.Count(line => line == "open") == 2);
        }

        await PublishNumbersAsync(second, "a", 21, 40);

        foreach (var tab in tabs)
        {
            await tab.AssertNumbersAsync("a", 40);
            Assert.Single(await tab.ToldAsync(), line => line == "gap a epoch");
        }
    }

    [Fact]
    public async Task PageAway_WhileEventsAreEvicted_IsToldOfTheGapAndTheOthersAreNot()
    {
        await using var run = await ClientRun.StartAsync();
        await using var fabric = await ClientRun.ServeAsync();

        // Both channels, or the connection would be made anew without the other while the events go by.
        var stays = await run.OpenAsync(fabric, ["short", "b"]);
        var goes = await run.OpenAsync(fabric, ["short", "b"]);
        await PublishNumbersAsync(fabric, "short", 1, 1);
        await goes.AssertNumbersAsync("short", 1);
        await goes.TellAsync("pagehide");
        await PublishNumbersAsync(fabric, "short", 2, 9);
        await stays.AssertNumbersAsync("short", 9);
        await goes.TellAsync("pageshow");
        var seen = await goes.SeeAsync(seen => seen.Contains("short 9"));
        await PublishNumbersAsync(fabric, "short", 10, 10);
        await stays.AssertNumbersAsync("short", 10);

        Assert.Equal(["short 1", "short 7", "short 8", "short 9"], seen);
        Assert.Equal(["open", "gap short evicted"], await goes.ToldAsync());
        Assert.Equal(["open"], await stays.ToldAsync());
    }

    [Fact]
    public async Task Token_RefusedAndExpired_IsRenewedAndNothingIsMissed()
    {
        await using var run = await ClientRun.StartAsync();
        await using var fabric = await ClientRun.ServeAsync($"--Fabric:Auth:Jwt:Secret={TestToken.Secret}", "--Fabric:Auth:Jwt:Algorithms:0=HS256");
        var given = 0;
        await run.Browser.ExposeFunctionAsync("newToken", () =>
            $"{TestToken.For("a").With("exp", TestToken.In(Interlocked.Increment(ref given) == 1 ? TimeSpan.FromHours(-1) : TimeSpan.FromSeconds(6)))}");
        var one = await run.OpenAsync(fabric, ["a"]);
        Assert.Equal(["error 401", "open"], (await one.ToldAsync()).Take(2));
        var tabs = new[] { one, await run.OpenAsync(fabric, ["a"]) };
        await using var numbers = await NumberPublisher.StartAsync(fabric, "a");
        foreach (var tab in tabs)
        {
            await tab.SeeToldAsync(told => told is [.., "open", "end expired", "error 200", "open"]);
        }

        var last = await numbers.StopAsync();

        foreach (var tab in tabs)
        {
            await tab.AssertNumbersAsync("a", last);
        }
    }

    [Fact]
    public async Task ProxyThatHoldsStreamsBack_IsPolledThrough()
    {
        await using var run = await ClientRun.StartAsync();
        await using var fabric = await ClientRun.ServeAsync("--Fabric:Stream:Polling:Window=00:00:00.1", "--Fabric:Stream:Polling:MaxWait=00:00:01");
        await using var proxy = await BufferingProxy.StartAsync(fabric.Address);
        var tab = await ClientTab.OpenAsync(run.Browser, run.Pages, new Uri(proxy.Address, "/events"), ["a"], new { silence = 2000 });
        await PublishNumbersAsync(fabric, "a", 1, 20);

        await tab.AssertNumbersAsync("a", 20);
        Assert.Equal(["error 0", "open"], await tab.ToldAsync());
    }

    [Theory]
    [MemberData(nameof(WaysWithoutWorker))]
    public async Task NoSharedWorker_FallsBackToTheNextWay(string script, string? policy, string way)
    {
        await using var run = await ClientRun.StartAsync(policy: policy);
        await using var fabric = await ClientRun.ServeAsync();
        await run.Browser.AddInitScriptAsync(script);
        var tabs = new[] { await run.OpenAsync(fabric, ["a"]), await run.OpenAsync(fabric, ["a"]), await run.OpenAsync(fabric, ["a"]) };
        await PublishNumbersAsync(fabric, "a", 1, 20);

        foreach (var tab in tabs)
        {
            await tab.AssertNumbersAsync("a", 20);
        }

        await SeeConnectionsAsync(fabric, "a", way == "a leader" ? 1 : 3, "last");
    }

    [Fact]
    public async Task SharedWorkerKilled_TheTabsStartAnotherAndMissNothing()
    {
        await using var run = await ClientRun.StartAsync();
        await using var fabric = await ClientRun.ServeAsync();
        var tabs = new[] { await run.OpenAsync(fabric, ["a"]), await run.OpenAsync(fabric, ["a"]) };
        await using var numbers = await NumberPublisher.StartAsync(fabric, "a");
        await tabs[0].SeeAsync(seen => seen.Length > 50);
        await run.KillSharedWorkerAsync();
        var reached = numbers.Last;
        await tabs[0].SeeAsync(seen => seen.Length > reached + 50);
        var last = await numbers.StopAsync();

        foreach (var tab in tabs)
        {
            await tab.AssertNumbersAsync("a", last);
        }

        await SeeConnectionsAsync(fabric, "a", 1, "last");
    }

    [Theory]
    [InlineData(NoStreams, false)]
    [InlineData(";", true)]
    public async Task BrowserThatCantStream_Polls_AndMissesNothingBetweenPolls(string script, bool polling)
    {
        await using var run = await ClientRun.StartAsync();
        await using var fabric = await ClientRun.ServeAsync("--Fabric:Stream:Polling:Window=00:00:00.1");
        await run.Browser.AddInitScriptAsync(script);
        var polls = 0;
        run.Browser.Request += (_, request) => Interlocked.Add(ref polls, request.Url.Contains("&polling", StringComparison.Ordinal) ? 1 : 0);
        var options = new { share = new[] { polling ? "worker" : "locks" }, polling };
        var tab = await run.SubscribeAsync(fabric, ["a", "b"], options);

        // A poll tells nothing before it ends.
        await Eventually.SeeAsync("the first poll", () => SubscribersAsync(fabric, "b"), count => count == 1);
        await tab.SeeToldAsync(told => told is ["open"]);
        var another = await run.OpenAsync(fabric, ["a"], options);
        await using var numbers = await NumberPublisher.StartAsync(fabric, "a");
        await tab.SeeAsync(seen => seen.Length > 200);
        await Eventually.SeeAsync("more polls than it takes to begin", () => Volatile.Read(ref polls), count => polling || count > 3);
        var last = await numbers.StopAsync();

        await tab.AssertNumbersAsync("a", last);
        await another.AssertNumbersAsync("a", last);
    }

    [Fact]
    public async Task Stream_OfOddLineEndsByteByByte_IsReadAsTheStandardSays()
    {
        await using var run = await ClientRun.StartAsync();
        using var server = new ScriptedStream();
        var serving = server.ServeByteByByteAsync(
            "channel: 1-0 ä b\r\n: hello\rretry: 50\r\n\r\n" +
            "id: x\nchannel: 1-1 ä b\rdata:one\r\ndata: two\ndata\r\r" +
            ":\n\nevent: price\nchannel: 1-2 ä b\nunknown: field\ndata:  €\n\n");
        var tab = await ClientTab.OpenAsync(run.Browser, run.Pages, server.Address, ["ä b"]);
        await serving;

        Assert.Equal(["ä b one\ntwo\n", "ä b  €"], await tab.SeeAsync(seen => seen.Length == 2));
    }

    [Fact]
    public async Task Handlers_WithChannelsOfTheirOwn_ShareAConnectionAndGetTheirEventsAlone()
    {
        await using var run = await ClientRun.StartAsync();
        await using var fabric = await ClientRun.ServeAsync();
        var tab = await run.OpenAsync(fabric, ["a"]);
        await tab.Page.EvaluateAsync(
            """
            () => {
              window.log = [];
              window.subscriptions = ["a", "b", "c"].map(channel => fabric.subscribe([channel, "all"], {
                message: event => log.push(`${channel} ${event.channel} ${event.data}`),
                price: event => log.push(`${channel} ${event.channel} ${event.type} ${event.data} ${event.id}`),
                onopen: () => log.push(`${channel} open`),
                onevent: () => { throw new Error("one handler's fault"); },
              }));
            }
            """);
        await SeeLogAsync(tab, log => log.Length == 3);
        using var http = new HttpPublisher(fabric.Address);
        await http.PublishAsync("b", "1");
        var id = (await http.PostAsync("/channels/c/events?event=price", "2", null)).Json.GetProperty("id").GetString();
        await http.PublishAsync("all", "3");
        await SeeLogAsync(tab, log => log.Length == 8);
        await tab.Page.EvaluateAsync("subscriptions[0].close()");
        await http.PublishAsync("all", "4");
        await SeeLogAsync(tab, log => log.Length == 10);

        Assert.Equal(
            ["a open", "b open", "c open", "b b 1", $"c c price 2 {id}", "a all 3", "b all 3", "c all 3", "b all 4", "c all 4"], await LogAsync(tab));
        await SeeConnectionsAsync(fabric, "all", 1, "last");
    }

    [Fact]
    public async Task Handlers_AddedWhileEventsCome_CostTheOthersNone()
    {
        await using var run = await ClientRun.StartAsync();
        await using var fabric = await ClientRun.ServeAsync();
        var tab = await run.OpenAsync(fabric, ["a"]);
        await using var numbers = await NumberPublisher.StartAsync(fabric, "a");
        for (var i = 1; i <= 5; i++)
        {
            await tab.SeeAsync(seen => seen.Length > 20 * i);
            await tab.Page.EvaluateAsync("async i => { window.last?.close(); window.last = fabric.subscribe(`other${i}`, () => {}); }", i);
        }

        var reached = numbers.Last;
        await tab.SeeAsync(seen => seen.Length > reached + 50);

        await tab.AssertNumbersAsync("a", await numbers.StopAsync());
        Assert.Equal(["open"], await tab.ToldAsync());
    }

    [Fact]
    public async Task Elements_InAPageWithThePlainScript_DispatchTheirEvents()
    {
        await using var run = await ClientRun.StartAsync(
            """
            <script src=ssefabric.global.js></script>
            <div id=list><sse-events id=one channels=a></sse-events> <sse-events id=two channels="b c"></sse-events></div>
            """);
        await using var fabric = await ClientRun.ServeAsync();
        var page = await run.Browser.NewPageAsync();
        await page.GotoAsync($"{run.Pages.Origin}/");
        var tab = new ClientTab(page);
        await page.EvaluateAsync(
            """
            address => {
              for (const type of ["sse.open", "sse.message", "sse.price"])
                list.addEventListener(type, event => seen.push([event.target.id, type, event.detail?.data].join(" ")));
              one.setAttribute("src", address);
              two.setAttribute("src", address);
            }
            """,
            $"{new Uri(fabric.Address, "/events")}");
        await tab.SeeAsync(seen => seen.Length == 2);
        using var http = new HttpPublisher(fabric.Address);
        await SeeConnectionsAsync(fabric, "a", 1, "1");
        await http.PostAsync("/channels/c/events?event=price", "2", null);
        await tab.SeeAsync(seen => seen.Length == 4);
        await page.EvaluateAsync("two.remove()");
        await http.PublishAsync("b", "3");
        await http.PublishAsync("a", "4");
        await tab.SeeAsync(seen => seen.Contains("one sse.message 4"));

        Assert.Equal(["one sse.message 1", "one sse.message 4", "one sse.open ", "two sse.open ", "two sse.price 2"], (await tab.SeenAsync()).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("ssefabric.js")]
    [InlineData("ssefabric.global.js")]
    [InlineData("worker.js")]
    public void Built_Compressed_IsUnderFiveThousandBytes(string file)
    {
        ClientPages.Need();
        using var compressed = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(compressed, System.IO.Compression.CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(File.ReadAllBytes(Path.Combine(ClientPages.Files, file)));
        }

        Assert.InRange(compressed.Length, 1, 4_999);
    }

    private static Task<string[]> LogAsync(ClientTab tab) => tab.Page.EvaluateAsync<string[]>("log");

    private static Task<string[]> SeeLogAsync(ClientTab tab, Func<string[], bool> holds) =>
        Eventually.SeeAsync("the page's log", () => LogAsync(tab), holds, TimeSpan.FromSeconds(30), show: log => string.Join(", ", log));

    /// <summary>Waits until a channel has so many subscribers, then publishes.</summary>
    private static async Task SeeConnectionsAsync(SseFabricProcess fabric, string channel, int count, string text)
    {
        using var http = new HttpPublisher(fabric.Address);
        await Eventually.SeeAsync(
            $"{count} connections",
            async () => (await http.SendAsync(HttpMethod.Get, $"/stats?channel={channel}", null, null)).Json.GetProperty("subscribers").GetInt32(),
            connections => connections == count);
        await http.PublishAsync(channel, text);
    }

    private static async Task<int> SubscribersAsync(SseFabricProcess fabric, string channel)
    {
        using var http = new HttpPublisher(fabric.Address);
        return (await http.PostAsync($"/channels/{channel}/events", "last", null)).Json.GetProperty("subscribers").GetInt32();
    }

    private static async Task PublishNumbersAsync(SseFabricProcess fabric, string channel, int first, int last)
    {
        await using var publisher = await RedisClient.ConnectAsync(fabric.Door);
        for (var i = first; i <= last; i++)
        {
            await publisher.PublishAsync(channel, $"{i}");
        }
    }
}
