using Microsoft.AspNetCore.Http.Features;
using SseFabric.Channels.Configuration;
using SseFabric.Frontend.Endpoints;

namespace SseFabric.Frontend.HandOff;

/// <summary>Where a proxy passes an application's <c>X-Accel-Redirect</c>: the application has named the channels.</summary>
internal sealed class RedirectEndpoint(StreamServer server, HandOffOptions options, RedirectAccess access)
{
    private const string AllowedMethods = "GET, HEAD";

    public async Task HandleAsync(HttpContext context)
    {
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.Headers.Allow = AllowedMethods;
            await Problems.WriteAsync(context, StatusCodes.Status405MethodNotAllowed, "method-not-allowed", $"A stream is read with {AllowedMethods}; this is {context.Request.Method}.");
            return;
        }

        if (!RedirectQuery.TryRead(QueryOf(context), out var query, out var error))
        {
            await Problems.WriteAsync(context, StatusCodes.Status400BadRequest, "bad-channels", error);
            return;
        }

        if (access.Refusal(context, query) is { } refusal)
        {
            await Problems.WriteAsync(context, StatusCodes.Status403Forbidden, "redirect-refused", refusal);
            return;
        }

        var channels = query.Channels.Distinct().ToArray();
        if (channels.Length == 0)
        {
            await Problems.WriteAsync(context, StatusCodes.Status404NotFound, "no-channel", "This redirect names no channel.");
            return;
        }

        if (channels.Length > options.MaxChannels)
        {
            await Problems.WriteAsync(context, StatusCodes.Status400BadRequest, "bad-channels", $"A hand-off may name at most {options.MaxChannels} channels; this one names {channels.Length}.");
            return;
        }

        var (accepts, acceptsByName) = StreamRequest.ReadAccept(context.Request.Headers.Accept);
        if (!accepts)
        {
            await Problems.WriteAsync(context, StatusCodes.Status406NotAcceptable, "not-acceptable", "This resource is a text/event-stream; the Accept header excludes it.");
            return;
        }

        var lastEventId = context.Request.Headers["Last-Event-ID"].ToString() is { Length: > 0 } header ? header : query.LastEventId;
        await server.ServeAsync(context, new StreamOffer(channels, lastEventId, query.IsPoll) { AcceptsByName = acceptsByName });
    }

    private static ReadOnlySpan<char> QueryOf(HttpContext context)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var mark = target.IndexOf('?', StringComparison.Ordinal);
        return mark < 0 ? [] : target.AsSpan(mark + 1);
    }
}
