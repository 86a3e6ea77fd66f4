using System.Net;
using Microsoft.Playwright;
using SseFabric.EndToEnd.Browsers;
using SseFabric.TestKit.Http;
using SseFabric.TestKit.Processes;
using SseFabric.TestKit.Redis;
using SseFabric.TestKit.Waiting;

namespace SseFabric.EndToEnd.HandOff;

/// <summary>samples/nginx while what is behind it is not there: nobody's EventSource gives up.</summary>
[Trait("Suite", "EndToEnd"), Trait("Needs", "nginx")]
public sealed class NginxAwayTests : IAsyncLifetime
{
    private readonly int _frontendPort = FreePort.Next();
    private RedirectingApplication _application = null!;
    private NginxServer _nginx = null!;

    public async ValueTask InitializeAsync()
    {
        Need.Tool("nginx");
        _application = await RedirectingApplication.StartAsync();
        _nginx = await NginxSample.StartAsync(_application.Port, _frontendPort, FreePort.Next());
    }

    public async ValueTask DisposeAsync()
    {
        if (_nginx is not null)
        {
            await _nginx.DisposeAsync();
            await _application.DisposeAsync();
        }
    }

    [Fact]
    public async Task Get_NoFrontend_TellsAnEventSourceWhenToComeBack()
    {
        await using var answer = await SseClient.OpenAsync(At("/events?to=a"));

        await AssertComesBackAsync(answer);
    }

    [Fact]
    public async Task Get_NoApplication_TellsAnEventSourceWhenToComeBack()
    {
        await _application.DisposeAsync();
        await using var answer = await SseClient.OpenAsync(At("/events?to=a"));

        await AssertComesBackAsync(answer);
    }

    [Theory]
    [InlineData("/events?to=a", null)]
    [InlineData("/events?to=a", "*/*")]
    [InlineData("/events?to=a", "application/json")]
    public async Task Get_NoFrontendNorEventSource_Is503(string target, string? accept)
    {
        await using var answer = await SseClient.OpenAsync(At(target), new SseRequest { Accept = accept });

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.Status);
        Assert.Equal("3", answer.Header("Retry-After"));
    }

    [Fact]
    public async Task Get_FrontendThatCantServeNow_AnswersForItself()
    {
        await using var fabric = await StartFrontendAsync("--Fabric:Stream:MaxSubscribers=1");
        await using var first = await SseClient.JoinAsync(At("/events?to=a"));
        await using var second = await SseClient.OpenAsync(At("/events?to=a"));

        Assert.Equal(HttpStatusCode.OK, second.Status);
        Assert.Equal("limit", second.Header("X-SSE-Busy"));
    }

    [Fact, Trait("Parity", "58"), Trait("Needs", "chromium")]
    public async Task EventSource_FrontendThatGoesAndReturns_ComesBack()
    {
        Need.Tool("chromium");
        var channel = FrontendFixture.Unique();
        await using var browser = await HeadlessChromium.LaunchAsync();
        var page = await browser.NewPageAsync();
        var before = await StartFrontendAsync();
        await page.GotoAsync(At($"/?to={channel}").ToString());
        await SeeAsync(page, log => log == "open\n");
        await PublishAsync(before, channel, "one");
        await SeeAsync(page, log => log.EndsWith("event one\n", StringComparison.Ordinal));

        await before.Process.Kill9Async();
        await SeeAsync(page, log => log.EndsWith("comes back\n", StringComparison.Ordinal));
        await SeeAsync(page, log => log.EndsWith("comes back\nopen\ncomes back\n", StringComparison.Ordinal));

        await using var after = await StartFrontendAsync();
        await SeeAsync(page, log => log.EndsWith("open\n", StringComparison.Ordinal) || log.Split('\n')[^2] == "open");
        await Eventually.SeeAsync("the browser's stream", async () =>
        {
            await PublishAsync(after, channel, "two");
            return await LogAsync(page);
        }, log => log.Contains("event two\n", StringComparison.Ordinal), TimeSpan.FromSeconds(30));

        Assert.DoesNotContain("gave up", await LogAsync(page), StringComparison.Ordinal);
        await before.DisposeAsync();
    }

    private static async Task AssertComesBackAsync(SseClient answer)
    {
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal("text/event-stream", answer.Header("Content-Type"));
        Assert.Equal("no-cache", answer.Header("Cache-Control"));
        await answer.Ended.Within("the end of the answer");
        Assert.StartsWith("retry: 3000\n", answer.Raw, StringComparison.Ordinal);
        Assert.EndsWith("\n\n", answer.Raw, StringComparison.Ordinal);
    }

    private static Task<string> SeeAsync(IPage page, Func<string, bool> holds) => Eventually.SeeAsync("the page's log", () => LogAsync(page), holds, TimeSpan.FromSeconds(30));

    private static async Task<string> LogAsync(IPage page) => await page.TextContentAsync("#log") ?? "";

    private static async Task PublishAsync(SseFabricProcess fabric, string channel, string text)
    {
        await using var publisher = await RedisClient.ConnectAsync(fabric.Door);
        await publisher.PublishAsync(channel, text);
    }

    private Task<SseFabricProcess> StartFrontendAsync(params string[] args) => SseFabricProcess.StartAsync(["--port", $"{_frontendPort}", .. args]);

    private Uri At(string target) => new(_nginx.Address, target);
}
