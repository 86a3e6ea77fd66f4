using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace SseFabric.Unit.Client;

/// <summary>A server on loopback that answers each request with the next of the answers it was given, the last one for ever.</summary>
internal sealed class StubServer : IAsyncDisposable
{
    private readonly ConcurrentQueue<StubRequest> _requests = [];
    private readonly WebApplication _app;

    private StubServer(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single());

    public IReadOnlyList<StubRequest> Requests => [.. _requests];

    public static async Task<StubServer> StartAsync(params RequestDelegate[] answers)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var server = new StubServer(builder.Build());
        server._app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            var headers = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
            var target = context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget;
            server._requests.Enqueue(new StubRequest(context.Request.Method, target, headers, body.ToArray()));
            await answers[Math.Min(server._requests.Count, answers.Length) - 1](context);
        });
        await server._app.StartAsync();
        return server;
    }

    public static RequestDelegate Status(int status, string body = "", string? retryAfter = null) => async context =>
    {
        context.Response.StatusCode = status;
        if (retryAfter is not null)
        {
            context.Response.Headers.RetryAfter = retryAfter;
        }

        await context.Response.WriteAsync(body);
    };

    /// <summary>A stream with these bytes, which then ends, or is cut.</summary>
    public static RequestDelegate Stream(string body, bool cut = false) => async context =>
    {
        context.Response.ContentType = "text/event-stream";
        await context.Response.WriteAsync(body);
        await context.Response.Body.FlushAsync();
        if (cut)
        {
            context.Abort();
        }
    };

    /// <summary>A stream with these bytes, and then silence.</summary>
    public static RequestDelegate Silent(string body) => async context =>
    {
        await Stream(body)(context);
        await UntilAborted(context);
    };

    /// <summary>No response.</summary>
    public static async Task UntilAborted(HttpContext context)
    {
        var aborted = new TaskCompletionSource();
        await using var registration = context.RequestAborted.Register(() => aborted.TrySetResult());
        await aborted.Task;
    }

    /// <summary>A connection that is reset without a response.</summary>
    public static Task Abort(HttpContext context)
    {
        context.Abort();
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }
}
