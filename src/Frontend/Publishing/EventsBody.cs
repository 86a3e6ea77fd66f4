using SseFabric.Channels.Configuration;

namespace SseFabric.Frontend.Publishing;

/// <summary>The body of <c>/channels/{channel}/events</c>: the data of one event, or a batch of them, one JSON object a line.</summary>
internal static class EventsBody
{
    public static bool IsBatch(HttpRequest request) => PublishContentType.Of(request) == PublishContentType.Lines;

    public static async ValueTask<PublishRefusal?> ReadAsync(HttpContext context, PublishRequest request, RequestBody body, ChannelRules rules, Publication publication)
    {
        if (PublishRequest.ReadChannel(context, out var channel) is { } badChannel)
        {
            return PublishRefusal.BadRequest(badChannel);
        }

        var common = new PublishItem();
        common.AddChannel(channel);
        common.Complete(request.Query);
        if (common.Type is null && common.SetType(context.Request.Headers["X-Event-Type"].ToString()) is { } badType)
        {
            return PublishRefusal.BadRequest(badType);
        }

        var refusal = IsBatch(context.Request)
            ? await body.ReadAsync(PublishLimits.MaxBatchBytes, "the limit of a batch")
            : await body.ReadAsync(rules.For(channel).MaxEventBytes, $"what the channel '{channel}' takes (MaxEventBytes)");
        return refusal ?? (IsBatch(context.Request) ? AddBatch(body, common, publication) : AddEvent(body, common, publication));
    }

    private static PublishRefusal? AddEvent(RequestBody body, PublishItem common, Publication publication)
    {
        var single = new PublishItem();
        single.AddMessage(body.Bytes);
        single.Complete(common);
        return publication.Add(single, "");
    }

    private static PublishRefusal? AddBatch(RequestBody body, PublishItem common, Publication publication) =>
        PublishJson.ReadEventLines(body.Bytes.Span, (item, where) =>
        {
            if (item.Messages.Count == 0)
            {
                return PublishRefusal.BadRequest($"{where}There is neither 'data' nor 'dataBase64'.");
            }

            item.Complete(common);
            return publication.Add(item, where);
        });
}
