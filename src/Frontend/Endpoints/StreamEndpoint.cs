using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using SseFabric.Channels.Configuration;
using SseFabric.Frontend.Subscribers;

namespace SseFabric.Frontend.Endpoints;

/// <summary>The stream endpoint, native profile: answers what is wrong, or hands the response to the fan-out loop until the stream or the poll ends.</summary>
internal sealed class StreamEndpoint(FanOut fanOut, StreamOptions options, SubscriberLimits limits, ClientAddress addresses, FrontendMetrics metrics)
{
    private const string AllowedMethods = "GET, HEAD";

    public static void SetHeaders(HttpResponse response)
    {
        response.Headers.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-cache";
        response.Headers["X-Accel-Buffering"] = "no";
    }

    /// <param name="context">The request.</param>
    /// <param name="channelInPath">Whether the last segment of the path names a channel.</param>
    public async Task HandleAsync(HttpContext context, bool channelInPath)
    {
        var isHead = HttpMethods.IsHead(context.Request.Method);
        if (!isHead && !HttpMethods.IsGet(context.Request.Method))
        {
            context.Response.Headers.Allow = AllowedMethods;
            await Problems.WriteAsync(context, StatusCodes.Status405MethodNotAllowed, "method-not-allowed", $"A stream is read with {AllowedMethods}; this is {context.Request.Method}.");
            return;
        }

        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (!StreamRequest.TryRead(target, channelInPath, context.Request.Headers["Last-Event-ID"], options.MaxChannels, out var request, out var error))
        {
            await Problems.WriteAsync(context, StatusCodes.Status400BadRequest, "bad-channels", error);
            return;
        }

        var (accepts, acceptsByName) = StreamRequest.ReadAccept(context.Request.Headers.Accept);
        if (!accepts)
        {
            await Problems.WriteAsync(context, StatusCodes.Status406NotAcceptable, "not-acceptable", "This resource is a text/event-stream; the Accept header excludes it.");
            return;
        }

        if (isHead)
        {
            SetHeaders(context.Response);
            return;
        }

        var address = addresses.Of(context);
        var limit = limits.TryEnter(address);
        if (limit != LimitOutcome.Entered)
        {
            await SendAwayAsync(context, limit == LimitOutcome.Total ? BusyReason.Limit : BusyReason.LimitPerAddress, acceptsByName);
            return;
        }

        try
        {
            if (await StreamAsync(context, request) is { } busy)
            {
                await SendAwayAsync(context, busy, acceptsByName);
            }
        }
        finally
        {
            limits.Leave(address);
        }
    }

    private async Task<BusyReason?> StreamAsync(HttpContext context, StreamRequest request)
    {
        SetHeaders(context.Response);
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        var subscriber = new Subscriber(context.Response.BodyWriter, context.Abort, SocketOf(context), options, request.IsPoll);
        var subscribing = new SubscribeRequest(request.Channels, request.LastEventId, subscriber);
        await using var gone = context.RequestAborted.UnsafeRegister(_ => fanOut.Abandon(subscribing), null);
        switch (await fanOut.SubscribeAsync(subscribing))
        {
            case SubscribeOutcome.Joined:
                await subscriber.Completion;
                return null;
            case SubscribeOutcome.SourceUnavailable:
                return BusyReason.Redis;
            case SubscribeOutcome.Unavailable:
                return BusyReason.Starting;
            case SubscribeOutcome.Draining:
                return BusyReason.Draining;
            case SubscribeOutcome.Abandoned:
            default:
                return null;
        }
    }

    private Task SendAwayAsync(HttpContext context, BusyReason reason, bool acceptsByName)
    {
        metrics.SubscriberRefused(reason.Word());
        context.Response.Headers.Clear();
        return BusyAnswer.WriteAsync(context, reason, acceptsByName, options.Retry);
    }

    private static Socket? SocketOf(HttpContext context) => context.Features.Get<IConnectionSocketFeature>()?.Socket;
}
