using Microsoft.Playwright;
using SseFabric.EndToEnd.Browsers;
using SseFabric.TestKit.Processes;
using SseFabric.TestKit.Waiting;

namespace SseFabric.EndToEnd.Samples;

/// <summary>samples/clock as its README says, with a real browser.</summary>
[Trait("Suite", "EndToEnd")]
[Trait("Needs", "chromium")]
public sealed class ClockSampleTests
{
    private static readonly string s_sample = Path.Combine(Repository.Root, "samples", "clock");

    [Theory]
    [InlineData("publish.sh")]
    [InlineData("publish.py")]
    public async Task Page_WhileThePublisherRuns_ShowsTheTimeGoOn(string publisher)
    {
        Need.Tool("chromium");
        Need.Tool("redis-cli");
        var python = await PythonAsync();
        var port = FreePort.Next();
        var origin = $"http://127.0.0.1:{port}";
        await using var fabric = await SseFabricProcess.StartAsync($"--Fabric:Stream:Cors:Origins:0={origin}");
        await using var pages = ServerProcess.Start(python, ["-u", "-m", "http.server", $"{port}", "--bind", "127.0.0.1", "--directory", s_sample]);
        await pages.WaitForLineAsync("the web server's ready line", line => line.StartsWith("Serving", StringComparison.Ordinal));
        var environment = new Dictionary<string, string?> { ["PORT"] = $"{fabric.Door.Port}" };
        await using var clock = publisher == "publish.sh"
            ? ServerProcess.Start(Path.Combine(s_sample, publisher), [], environment)
            : ServerProcess.Start(python, [Path.Combine(s_sample, publisher)], environment);

        await using var browser = await HeadlessChromium.LaunchAsync();
        var page = await browser.NewPageAsync();
        await page.GotoAsync($"{origin}/?events={Uri.EscapeDataString(fabric.Events("clock").ToString())}");

        var first = await TimeAsync(page, "--:--:--");
        var second = await TimeAsync(page, first);
        var third = await TimeAsync(page, second);

        Assert.Matches(@"^\d\d:\d\d:\d\d$", first);
        Assert.Equal(3, new HashSet<string> { first, second, third }.Count);
        Assert.Equal("live", await page.TextContentAsync("#state"));
    }

    [Fact]
    public async Task Page_OfAnOriginThatIsNotListed_GetsNothing()
    {
        Need.Tool("chromium");
        var python = await PythonAsync();
        var port = FreePort.Next();
        await using var fabric = await SseFabricProcess.StartAsync("--Fabric:Stream:Cors:Origins:0=http://127.0.0.1:1");
        await using var pages = ServerProcess.Start(python, ["-u", "-m", "http.server", $"{port}", "--bind", "127.0.0.1", "--directory", s_sample]);
        await pages.WaitForLineAsync("the web server's ready line", line => line.StartsWith("Serving", StringComparison.Ordinal));

        await using var browser = await HeadlessChromium.LaunchAsync();
        var page = await browser.NewPageAsync();
        await page.GotoAsync($"http://127.0.0.1:{port}/?events={Uri.EscapeDataString(fabric.Events("clock").ToString())}");

        await Eventually.SeeAsync("the refusal on the page", () => page.TextContentAsync("#state"), state => state == "refused: see the console");
    }

    private static async Task<string> TimeAsync(IPage page, string before) =>
        (await Eventually.SeeAsync($"another time than {before} on the page", () => page.TextContentAsync("#time"), time => time != before))!;

    private static async Task<string> PythonAsync()
    {
        // Debian's own interpreter: another one on PATH doesn't see Debian's modules.
        const string python = "/usr/bin/python3";
        Assert.SkipUnless(File.Exists(python), "Debian's python3 is not installed.");
        await using var probe = ServerProcess.Start(python, ["-c", "import redis"]);
        Assert.SkipUnless(await probe.WaitForExitAsync() == 0, "python3-redis is not installed.");
        return python;
    }
}
