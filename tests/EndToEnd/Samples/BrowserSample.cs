using Microsoft.Playwright;
using SseFabric.TestKit.Processes;
using SseFabric.TestKit.Waiting;

namespace SseFabric.EndToEnd.Samples;

/// <summary>One of the samples that are an application with a page, running.</summary>
internal sealed class BrowserSample : IAsyncDisposable
{
    private BrowserSample(ServerProcess process, Uri address) => (Process, Address) = (process, address);

    public ServerProcess Process { get; }

    public Uri Address { get; }

    /// <summary>Starts the built program of <c>samples/NAME</c> on a port of its own.</summary>
    public static Task<BrowserSample> StartAsync(string project)
    {
        var host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        return StartAsync(host, [Repository.Program(project)], TimeSpan.FromSeconds(30));
    }

    /// <summary>Starts the sample as its README says.</summary>
    public static Task<BrowserSample> RunAsync(string folder) =>
        StartAsync(Path.Combine(Repository.Root, "samples", folder, "run.sh"), [], TimeSpan.FromMinutes(5));

    /// <summary>Opens its page and waits until it listens.</summary>
    public async Task<IPage> OpenAsync(IBrowserContext context, string target = "/")
    {
        var page = await context.NewPageAsync();
        await page.GotoAsync(new Uri(Address, target).ToString());
        return page;
    }

    public ValueTask DisposeAsync() => Process.DisposeAsync();

    /// <summary>Waits for the text of an element, or the texts of all that fit.</summary>
    public static Task<string> SeeAsync(IPage page, string selector, Func<string, bool> isIt) =>
        Eventually.SeeAsync($"{selector} on the page", async () => string.Join('|', await page.Locator(selector).AllTextContentsAsync()), isIt, show: text => text);

    private static async Task<BrowserSample> StartAsync(string program, string[] args, TimeSpan patience)
    {
        var address = new Uri($"http://127.0.0.1:{FreePort.Next()}");
        var process = ServerProcess.Start(program, [.. args, "--urls", address.ToString()]);
        try
        {
            await process.WaitForLineAsync("the ready line", line => line.Contains("Application started", StringComparison.Ordinal), patience);
            return new BrowserSample(process, address);
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }
}
