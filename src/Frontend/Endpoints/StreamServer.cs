using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using SseFabric.Channels.Configuration;
using SseFabric.Frontend.Framing;
using SseFabric.Frontend.Profiles;
using SseFabric.Frontend.Subscribers;

namespace SseFabric.Frontend.Endpoints;

/// <summary>Gives a request what its door has offered: hands the response to the fan-out loop until the stream or the poll ends, or says why not now.</summary>
internal sealed class StreamServer(
    FanOut fanOut, StreamOptions options, StreamProfiles profiles, SubscriberLimits limits, ClientAddress addresses, FrontendMetrics metrics)
{
    public async Task ServeAsync(HttpContext context, StreamOffer offer)
    {
        if (HttpMethods.IsHead(context.Request.Method))
        {
            SetHead(context, offer);
            return;
        }

        var address = addresses.Of(context);
        var limit = limits.TryEnter(address);
        if (limit != LimitOutcome.Entered)
        {
            await SendAwayAsync(context, limit == LimitOutcome.Total ? BusyReason.Limit : BusyReason.LimitPerAddress, offer);
            return;
        }

        try
        {
            if (await StreamAsync(context, offer) is { } busy)
            {
                await SendAwayAsync(context, busy, offer);
            }
        }
        finally
        {
            limits.Leave(address);
        }
    }

    private StreamProfile ProfileOf(StreamOffer offer) => offer.Profile ?? profiles.Native;

    private void SetHead(HttpContext context, StreamOffer offer)
    {
        ProfileOf(offer).SetHead(context);
        offer.Headers?.Invoke(context.Response.Headers);
    }

    private async Task<BusyReason?> StreamAsync(HttpContext context, StreamOffer offer)
    {
        SetHead(context, offer);
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        var format = ProfileOf(offer).Format;
        var socket = SocketOf(context);
        if (format.Behaviour.HeartbeatAfter is null && socket is not null)
        {
            PeerLiveness.Probe(socket, options.Heartbeat ?? NativeFormat.DefaultHeartbeat);
        }

        var subscriber = new Subscriber(context.Response.BodyWriter, context.Abort, socket, options, offer.IsPoll && format.Behaviour.PollWindow is not null);
        var subscribing = new SubscribeRequest(offer.Channels, offer.LastEventId, format, subscriber);
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

    private Task SendAwayAsync(HttpContext context, BusyReason reason, StreamOffer offer)
    {
        metrics.SubscriberRefused(reason.Word());
        context.Response.Headers.Clear();
        return BusyAnswer.WriteAsync(context, reason, ProfileOf(offer), offer.AcceptsByName, options.Retry);
    }

    private static Socket? SocketOf(HttpContext context) => context.Features.Get<IConnectionSocketFeature>()?.Socket;
}
