using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using SseFabric.TestKit.Processes;

namespace SseFabric.EndToEnd.Browsers.Client;

/// <summary>A proxy that gives out a response once it has all of it: nothing of a stream.</summary>
internal sealed class BufferingProxy : IAsyncDisposable
{
    private static readonly string[] s_headers = ["Content-Type", "Access-Control-Allow-Origin"];
    private readonly WebApplication _server;

    private BufferingProxy(WebApplication server, Uri address) => (_server, Address) = (server, address);

    public Uri Address { get; }

    public static async Task<BufferingProxy> StartAsync(Uri behind)
    {
        var address = new Uri($"http://127.0.0.1:{FreePort.Next()}");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(address.ToString());
        var server = builder.Build();
        var http = new HttpClient();
        server.Lifetime.ApplicationStopped.Register(http.Dispose);
        server.MapGet("/events", async context =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(behind, $"/events{context.Request.QueryString}"));
            request.Headers.TryAddWithoutValidation("Origin", context.Request.Headers.Origin.ToString());
            using var response = await http.SendAsync(request, context.RequestAborted);
            foreach (var (name, values) in response.Headers.Concat(response.Content.Headers).Where(header => s_headers.Contains(header.Key)))
            {
                context.Response.Headers[name] = values.ToArray();
            }

            await response.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
        });
        await server.StartAsync();
        return new BufferingProxy(server, address);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
