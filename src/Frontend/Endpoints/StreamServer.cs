using Microsoft.Net.Http.Headers;
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

        var limit = limits.TryEnter(addresses.Of(context), out var seat);
        if (limit != LimitOutcome.Entered)
        {
            await SendAwayAsync(context, limit == LimitOutcome.Total ? BusyReason.Limit : BusyReason.LimitPerAddress, offer);
            return false;
        }

        if (await StreamAsync(context, offer, seat) is { } busy)
        {
            await SendAwayAsync(context, busy, offer);
            return false;
        }

        return !context.RequestAborted.IsCancellationRequested;
    }

    private StreamProfile ProfileOf(StreamOffer offer) => offer.Profile ?? profiles.Native;

    private void SetHead(HttpContext context, StreamOffer offer)
    {
        context.Response.StatusCode = offer.Status;
        ProfileOf(offer).SetHead(context);
        offer.Headers?.Invoke(context.Response.Headers);
    }

    /// <returns>Why not now; null: the stream has been served, or the engine serves it from now on, or the client is gone.</returns>
    private async Task<BusyReason?> StreamAsync(HttpContext context, StreamOffer offer, SubscriberSeat? seat)
    {
        var isDetached = false;
        try
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

            var target = StreamTarget.Of(context, offer, ProfileOf(offer).Format, loops);
            var subscriber = new Subscriber(target.Loop, target.Output, options, target.IsPoll)
            {
                Prelude = offer.Prelude,
                ExpiresAt = offer.ExpiresAt?.UtcTicks ?? long.MaxValue,
                TokenId = offer.TokenId,
                Seat = seat,
            };
            if (offer.Into is null)
            {
                SetHead(context, offer);
            }

            var subscribing = new SubscribeRequest(offer.Channels, lastEventId, ProfileOf(offer).Format, subscriber);

            // Posted before it can be abandoned: a client may be gone by now.
            var joining = fanOut.SubscribeAsync(subscribing);
            await using var gone = context.RequestAborted.UnsafeRegister(_ => fanOut.Abandon(subscribing), null);
            var outcome = await joining;
            if (outcome == SubscribeOutcome.Joined)
            {
                isDetached = await target.StreamAsync(context, () => fanOut.Abandon(subscribing));
            }

            return ReasonOf(outcome);
        }
        finally
        {
            if (!isDetached)
            {
                seat?.Leave();
            }
        }
    }

    private static BusyReason? ReasonOf(SubscribeOutcome outcome) => outcome switch
    {
        SubscribeOutcome.SourceUnavailable => BusyReason.Redis,
        SubscribeOutcome.Unavailable => BusyReason.Starting,
        SubscribeOutcome.Draining => BusyReason.Draining,
        _ => null,
    };

    private Task SendAwayAsync(HttpContext context, BusyReason reason, StreamOffer offer)
    {
        metrics.SubscriberRefused(reason.Word());
        context.Response.Headers.Clear();
        context.Response.StatusCode = StatusCodes.Status200OK;
        CopyCors(offer, context.Response.Headers);
        return BusyAnswer.WriteAsync(context, reason, ProfileOf(offer), offer.AcceptsByName, options.Retry);
    }

    // Whom the door lets read the stream may read that there is none now: a page that may not has an EventSource that gives up for good.
    private static void CopyCors(StreamOffer offer, IHeaderDictionary headers)
    {
        if (offer.Headers is null)
        {
            return;
        }

        var ofStream = new HeaderDictionary();
        offer.Headers(ofStream);
        foreach (var (name, values) in ofStream)
        {
            if (name.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase) || name.Equals(HeaderNames.Vary, StringComparison.OrdinalIgnoreCase))
            {
                headers[name] = values;
            }
        }
    }
}
