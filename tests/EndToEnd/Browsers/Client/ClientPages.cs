using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using SseFabric.TestKit.Processes;

namespace SseFabric.EndToEnd.Browsers.Client;

/// <summary>A web server with an empty page and the built files of <c>clients/js</c>; without them the test is skipped.</summary>
internal sealed class ClientPages : IAsyncDisposable
{
    private readonly WebApplication _server;

    private ClientPages(WebApplication server, string origin) => (_server, Origin) = (server, origin);

    /// <summary>What <c>npm run build</c> makes.</summary>
    public static string Files { get; } = Path.Combine(Repository.Root, "clients", "js", "dist");

    public string Origin { get; }

    /// <summary>Skips the test if the client isn't built.</summary>
    public static void Need() =>
        Assert.SkipUnless(File.Exists(Path.Combine(Files, "worker.js")), "clients/js is not built: npm ci --prefix clients/js && npm run build --prefix clients/js");

    /// <param name="html">What the page holds.</param>
    /// <param name="policy">Its content security policy.</param>
    public static async Task<ClientPages> StartAsync(string html = "", string? policy = null)
    {
        Need();
        var origin = $"http://127.0.0.1:{FreePort.Next()}";
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(origin);
        var server = builder.Build();
        server.MapGet("/", (HttpContext context) =>
        {
            if (policy is not null)
            {
                context.Response.Headers.ContentSecurityPolicy = policy;
            }

            return Results.Content($"<!doctype html><title>page</title><script src=driver.js></script>{html}", "text/html");
        });
        server.MapGet("/driver.js", () => Results.Content(Driver, "text/javascript"));
        server.MapGet("/{file}", (HttpContext context, string file) =>
        {
            // A page in a sandbox is of no origin.
            context.Response.Headers.AccessControlAllowOrigin = "*";
            return Results.File(Path.Combine(Files, Path.GetFileName(file)), "text/javascript");
        });
        await server.StartAsync();
        return new ClientPages(server, origin);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    // Notes each event as "CHANNEL DATA", and what else a handler is told.
    private const string Driver =
        """
        window.seen = [];
        window.told = [];
        window.open = async (address, channels, options) => {
          const { SseFabric } = await import(new URL("/ssefabric.js", location));
          window.fabric ??= new SseFabric(address, window.newToken ? { ...options, token: newToken } : options);
          return fabric.subscribe(channels, {
            onevent: event => seen.push(`${event.channel} ${event.data}`),
            ongap: gap => told.push(`gap ${gap.channel} ${gap.reason}`),
            onopen: () => told.push("open"),
            onerror: problem => told.push(`error ${problem.status}`),
            onend: reason => told.push(`end ${reason}`),
          });
        };
        """;
}
