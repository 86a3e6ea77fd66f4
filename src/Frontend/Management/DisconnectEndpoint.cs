using Microsoft.AspNetCore.Http.Features;
using SseFabric.Contracts;
using SseFabric.Frontend.Endpoints;

namespace SseFabric.Frontend.Management;

/// <summary><c>POST /admin/disconnect</c>: ends streams on every frontend.</summary>
internal sealed partial class DisconnectEndpoint(IChannelFabric fabric, ILogger<DisconnectEndpoint> logger)
{
    public const string Path = "/admin/disconnect";

    private const int MaxBodyBytes = 16 * 1024;
    private const string RetryAfter = "2";

    public async Task HandleAsync(HttpContext context)
    {
        if (!HttpMethods.IsPost(context.Request.Method))
        {
            context.Response.Headers.Allow = HttpMethods.Post;
            await Problems.WriteAsync(context, StatusCodes.Status405MethodNotAllowed, "method-not-allowed", $"Streams are ended with POST; this is {context.Request.Method}.");
            return;
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = MaxBodyBytes;
        }

        try
        {
            var (what, fault) = await DisconnectBody.ReadAsync(context);
            await (what is null ? Problems.WriteAsync(context, StatusCodes.Status400BadRequest, "bad-disconnect", fault) : DisconnectAsync(context, what));
        }
        catch (BadHttpRequestException bad)
        {
            await Problems.WriteAsync(context, bad.StatusCode, "bad-request", bad.Message);
        }
    }

    private async Task DisconnectAsync(HttpContext context, Disconnection what)
    {
        var result = await fabric.DisconnectAsync(what, context.RequestAborted);
        Log.Disconnected(logger, what.Channel, what.TokenId, result.Streams, result.Unreached);
        if (result.Unreached == 0)
        {
            await context.Response.WriteAsJsonAsync(new { status = "ok", disconnected = result.Streams }, context.RequestAborted);
            return;
        }

        context.Response.Headers.RetryAfter = RetryAfter;
        await Problems.WriteAsync(
            context,
            StatusCodes.Status503ServiceUnavailable,
            "unreached",
            $"{result.Streams} streams are ended, but {result.Unreached} processes could not be told, and theirs may go on; send it again.",
            new KeyValuePair<string, object?>("disconnected", result.Streams),
            new KeyValuePair<string, object?>("unreached", result.Unreached));
    }
}
