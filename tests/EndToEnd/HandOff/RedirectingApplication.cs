using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using SseFabric.Client.HandOff;
using SseFabric.TestKit.Processes;

namespace SseFabric.EndToEnd.HandOff;

/// <summary>An ASP.NET Core application that decides who may read what, and hands its streams over with the client's results.</summary>
internal sealed class RedirectingApplication : IAsyncDisposable
{
    // Every event, and each state of the EventSource that is not open.
    private const string Page = """
        <!doctype html><title>streams</title><pre id="log"></pre>
        <script>
          const log = text => document.getElementById("log").append(text + "\n");
          const source = new EventSource("/events" + location.search);
          source.onopen = () => log("open");
          source.onmessage = event => log("event " + event.data);
          source.onerror = () => log(source.readyState === EventSource.CLOSED ? "gave up" : "comes back");
        </script>
        """;

    private readonly WebApplication _app;

    private RedirectingApplication(WebApplication app, int port) => (_app, Port) = (app, port);

    public int Port { get; }

    public static async Task<RedirectingApplication> StartAsync(string? signingKey = null)
    {
        var port = FreePort.Next();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add($"http://127.0.0.1:{port}");
        app.MapGet("/", () => Results.Content(Page, "text/html; charset=utf-8"));
        app.MapGet("/plain", () => "no stream");
        app.MapGet("/events", (HttpRequest request) => Results.SseRedirect(request.Query["to"]!, signingKey));
        app.MapGet("/mine", async (HttpRequest request) => Results.SseRedirect(await ChannelsOfAsync(request)));
        app.MapGet("/dressed", (HttpResponse response) =>
        {
            response.Headers.SetCookie = new(["a=1", "b=2"]);
            response.Headers["Foo"] = "Bar";
            response.Headers.ETag = "\"x\"";
            response.Headers.CacheControl = "private";
            response.Headers.ContentType = "text/html";
            return Results.SseRedirect(["dressed"]);
        });
        await app.StartAsync();
        return new RedirectingApplication(app, port);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static async Task<string[]?> ChannelsOfAsync(HttpRequest request)
    {
        await Task.Yield();
        return request.Cookies["user"] is { } user ? [$"inbox-{user}-{request.Headers["X-Device"]}"] : null;
    }
}
