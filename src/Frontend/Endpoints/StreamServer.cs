using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using SseFabric.Channels.Configuration;
using SseFabric.Channels.History;
using SseFabric.Frontend.Authorization;
using SseFabric.Frontend.Profiles;
using SseFabric.Frontend.Resume;
using SseFabric.Frontend.Subscribers;

namespace SseFabric.Frontend.Endpoints;

/// <summary>Gives a request what its door has offered: hands the response to the fan-out loop until the stream or the poll ends, or says why not now.</summary>
internal sealed class StreamServer(
    FanOut fanOut, DeliveryLoops loops, StreamOptions options, StreamProfiles profiles, SubscriberLimits limits, ClientAddress addresses,
    StreamAuthorization authorization, FrontendMetrics metrics, HistoryStores stores)
{
    /// <returns>Whether the offer was kept, to the end of the stream; otherwise the request has been sent away, or its client is gone.</returns>
    public async Task<bool> ServeAsync(HttpContext context, StreamOffer offer)
    {
        if (!offer.IsHandOff)
        {
            if (await authorization.AuthorizeAsync(context, offer) is not { } authorized)
            {
                return false;
            }

            offer = authorized;
        }

        if (HttpMethods.IsHead(context.Request.Method))
        {
            SetHead(context, offer);
            return true;
        }

        var address = addresses.Of(context);
        var limit = limits.TryEnter(address);
        if (limit != LimitOutcome.Entered)
        {
            await SendAwayAsync(context, limit == LimitOutcome.Total ? BusyReason.Limit : BusyReason.LimitPerAddress, offer);
            return false;
        }

        try
        {
            if (await StreamAsync(context, offer) is { } busy)
            {
                await SendAwayAsync(context, busy, offer);
                return false;
            }

            return !context.RequestAborted.IsCancellationRequested;
        }
        finally
        {
            limits.Leave(address);
        }
    }

    private StreamProfile ProfileOf(StreamOffer offer) => offer.Profile ?? profiles.Native;

    private void SetHead(HttpContext context, StreamOffer offer)
    {
        context.Response.StatusCode = offer.Status;
        ProfileOf(offer).SetHead(context);
        offer.Headers?.Invoke(context.Response.Headers);
    }

    private async Task<BusyReason?> StreamAsync(HttpContext context, StreamOffer offer)
    {
        var lastEventId = offer.LastEventId;
        if (ProfileOf(offer).BeginsAtCounter)
        {
            // Before the stream joins its channels: what is published from here on has a higher number, and is in the histories or comes live.
            var (isReached, counter) = await stores.ReadRedisseCounterAsync(offer.Channels[0]);
            if (!isReached)
            {
                return BusyReason.Redis;
            }

            lastEventId = RedissePosition.Text(lastEventId, counter);
        }

        if (offer.Into is null)
        {
            SetHead(context, offer);
        }

        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();

        // A stream is slow by nature; a host of ours may have Kestrel cut such responses.
        if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = null;
        }

        var format = ProfileOf(offer).Format;
        var socket = SocketOf(context);
        if (format.Behaviour.HeartbeatAfter is null && socket is not null)
        {
            PeerLiveness.Probe(socket, options.Patience);
        }

        var output = new PipeOutput(offer.Into ?? context.Response.BodyWriter, context.Abort, socket);
        var subscriber = new Subscriber(loops.Next(), output, options, offer.IsPoll && format.Behaviour.PollWindow is not null)
        {
            Prelude = offer.Prelude,
            ExpiresAt = offer.ExpiresAt?.UtcTicks ?? long.MaxValue,
            TokenId = offer.TokenId,
        };
        var subscribing = new SubscribeRequest(offer.Channels, lastEventId, format, subscriber);
        await using var gone = context.RequestAborted.UnsafeRegister(_ => fanOut.Abandon(subscribing), null);
        switch (await fanOut.SubscribeAsync(subscribing))
        {
            case SubscribeOutcome.Joined:
                await output.Completion;
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
        context.Response.StatusCode = StatusCodes.Status200OK;
        return BusyAnswer.WriteAsync(context, reason, ProfileOf(offer), offer.AcceptsByName, options.Retry);
    }

    private static Socket? SocketOf(HttpContext context) => context.Features.Get<IConnectionSocketFeature>()?.Socket;
}
