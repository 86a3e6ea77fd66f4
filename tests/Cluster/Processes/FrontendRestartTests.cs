using Microsoft.Playwright;
using SseFabric.Cluster.Kit;
using SseFabric.EndToEnd.Browsers;
using SseFabric.TestKit.Clients;
using SseFabric.TestKit.Delivery;
using SseFabric.TestKit.Processes;
using SseFabric.TestKit.Waiting;

namespace SseFabric.Cluster.Processes;

/// <summary>A frontend is ended and started again while its subscribers listen and publishing goes on; the channel lives on with its silo.</summary>
[Trait("Suite", "Cluster")]
[Trait("Needs", "redis-server")]
public sealed class FrontendRestartTests
{
    private const int Restarts = 2;
    private static readonly TimeSpan s_pace = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan s_return = TimeSpan.FromSeconds(30);
    private static readonly string[] s_options =
    [
        "--Fabric:Stream:Retry=00:00:00.1", "--Fabric:Drain:Window=00:00:00.5",
        "--Fabric:Channels:0:Match=*", "--Fabric:Channels:0:History:Count=100000", "--Fabric:Channels:0:History:MaxBytes=100000000",
    ];

    [Fact]
    [Trait("Needs", "node")]
    public async Task NpmSubscribers_WhilePublishingGoesOn_GetEveryNumberOnceInOrder()
    {
        await NpmPackages.NodeAsync();
        await using var cluster = await ProcessCluster.StartAsync(1, 1, s_options);
        var ledger = new DeliveryLedger();
        var subscribers = await Task.WhenAll(NpmSubscriber.Packages.Select(package => NpmSubscriber.StartAsync(package, cluster.Frontends[0].Events("a"))));
        var lines = NpmSubscriber.Packages.Select(package => ledger.Join(package, "a")).ToList();

        await RestartWhilePublishingAsync(cluster, ledger, async restarts =>
        {
            foreach (var subscriber in subscribers)
            {
                var seen = subscriber.Events.Count;
                await subscriber.SeeAsync($"events after {restarts} restarts", now => now.Opened > restarts && now.Events.Count > seen + 20, s_return);
            }
        });

        foreach (var (subscriber, line) in subscribers.Zip(lines))
        {
            await using (subscriber)
            {
                await subscriber.SeeAsync("the newest event", now => now.Events[^1].Data.Contains($";n={ledger.PublishedOn("a")};", StringComparison.Ordinal));
                foreach (var received in subscriber.Events)
                {
                    Assert.Equal("message", received.Type);
                    line.Arrive(received.Data);
                }
            }
        }

        ledger.Verify().ThrowIfFaulty();
    }

    [Fact]
    [Trait("Needs", "chromium")]
    public async Task Chromium_WhilePublishingGoesOn_ShowsEveryNumberOnceInOrder()
    {
        Need.Tool("chromium");
        await using var cluster = await ProcessCluster.StartAsync(1, 1, s_options);
        await using var browser = await HeadlessChromium.LaunchAsync();
        var page = await browser.NewPageAsync();

        // Any document of the origin will do: the page makes its own.
        await page.GotoAsync(new Uri(cluster.Frontends[0].Address, "/health/live").ToString());
        await page.EvaluateAsync(
            """
            url => {
              document.body.innerHTML = '<p id=opened>0</p><ol></ol>';
              const show = (event) => document.querySelector('ol').append(Object.assign(document.createElement('li'), { textContent: event.data }));
              const source = new EventSource(url);
              source.onopen = () => document.querySelector('#opened').textContent++;
              source.onmessage = show;
              source.addEventListener('missedevents', show);
            }
            """,
            cluster.Frontends[0].Events("a").ToString());
        await SeeAsync(page, "its first stream", seen => seen.Opened == 1);
        var ledger = new DeliveryLedger();
        var line = ledger.Join("Chromium", "a");

        await RestartWhilePublishingAsync(cluster, ledger, async restarts =>
        {
            var before = await page.Locator("li").CountAsync();
            await SeeAsync(page, $"events after {restarts} restarts", seen => seen.Opened > restarts && seen.Events > before + 20);
        });

        await Eventually.SeeAsync("the newest event", () => page.Locator("li").Last.TextContentAsync(), last => last!.Contains($";n={ledger.PublishedOn("a")};", StringComparison.Ordinal));
        foreach (var shown in await page.Locator("li").AllTextContentsAsync())
        {
            line.Arrive(shown);
        }

        ledger.Verify().ThrowIfFaulty();
    }

    private static Task<(int Opened, int Events)> SeeAsync(IPage page, string awaited, Func<(int Opened, int Events), bool> holds) =>
        Eventually.SeeAsync(
            $"{awaited} on the page",
            async () => (Opened: int.Parse((await page.TextContentAsync("#opened"))!, null), Events: await page.Locator("li").CountAsync()),
            holds,
            s_return);

    /// <summary>Publishes steadily through Redis, and restarts the frontend each time everybody has been <paramref name="seenAsync"/> to get events.</summary>
    private static async Task RestartWhilePublishingAsync(ProcessCluster cluster, DeliveryLedger ledger, Func<int, Task> seenAsync)
    {
        await using var redis = await cluster.Redis.ConnectAsync();
        using var enough = new CancellationTokenSource();
        var publishing = PublishAsync();
        await seenAsync(0);
        for (var restarts = 1; restarts <= Restarts; restarts++)
        {
            await cluster.RestartFrontendAsync(0, s_options);
            await seenAsync(restarts);
        }

        await enough.CancelAsync();
        await publishing;

        async Task PublishAsync()
        {
            using var pace = new PeriodicTimer(s_pace);
            while (!enough.IsCancellationRequested)
            {
                await redis.PublishAsync("a", ledger.NextPayload("a"));
                await pace.WaitForNextTickAsync(CancellationToken.None);
            }
        }
    }
}
