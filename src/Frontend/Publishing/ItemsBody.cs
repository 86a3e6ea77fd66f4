using SseFabric.Channels.Configuration;
using SseFabric.Frontend.HandOff.Grip;

namespace SseFabric.Frontend.Publishing;

/// <summary>The body of <see cref="PublishOptions.Path"/>: a form, a JSON object or an array of them, the items of GRIP, or one JSON object a line. What it doesn't say may stand in the query.</summary>
internal static class ItemsBody
{
    public static async ValueTask<PublishRefusal?> ReadAsync(HttpContext context, PublishRequest request, RequestBody body, PublishAccess access, Publication publication)
    {
        var type = PublishContentType.Of(context.Request);
        if (type is not (PublishContentType.Form or PublishContentType.Json or PublishContentType.Lines) && !body.IsEmpty)
        {
            return PublishRefusal.WrongType(
                $"The body is {PublishContentType.Form}, {PublishContentType.Json} or {PublishContentType.Lines}, in UTF-8; this one is '{context.Request.ContentType}'.");
        }

        if (await body.ReadAsync(PublishLimits.MaxBatchBytes, "the limit of a form or batch") is { } refusal)
        {
            return refusal;
        }

        PublishRefusal? Take(PublishItem item, string where)
        {
            item.Complete(request.Query);
            return request.Permit.IsGiven || access.IsKey(item.Key) ? publication.Add(item, where) : PublishRefusal.BadKey;
        }

        return type switch
        {
            PublishContentType.Json when GripItems.Are(body.Bytes.Span) => request.Permit.IsGiven ? GripItems.Read(body.Bytes, publication) : PublishRefusal.BadKey,
            PublishContentType.Json => PublishJson.ReadItems(body.Bytes.Span, Take),
            PublishContentType.Lines => PublishJson.ReadItemLines(body.Bytes.Span, Take),
            _ => ReadForm(body.Bytes.Span, Take),
        };
    }

    private static PublishRefusal? ReadForm(ReadOnlySpan<byte> form, Func<PublishItem, string, PublishRefusal?> take)
    {
        var item = new PublishItem();
        return PublishForm.Read(form, item) is { } error ? PublishRefusal.BadRequest(error) : take(item, "");
    }
}
