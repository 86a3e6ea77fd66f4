using System.Buffers;
using System.Globalization;
using System.Text.Json;
using SseFabric.Contracts;
using SseFabric.Frontend.Authorization;
using SseFabric.Frontend.Endpoints;

namespace SseFabric.Frontend.Publishing;

/// <summary>Writes what came of a request.</summary>
internal static class PublishAnswer
{
    /// <summary>Says that nothing was published now, and the answer is that of an earlier request with the same <c>Idempotency-Key</c>.</summary>
    public const string ReplayedHeader = "Idempotent-Replayed";

    private const int MaxRetryAfter = 3;

    /// <summary>One event of one channel: <c>{"id","subscribers"}</c>.</summary>
    public static Task WriteEventAsync(HttpContext context, PublishResult result) => WriteAsync(context, result.IsRepeat, json =>
    {
        json.WriteString("id"u8, result.Id);
        json.WriteNumber("subscribers"u8, result.Subscribers);
    });

    /// <summary>A batch for one channel: <c>{"status","id","count","subscribers"}</c>.</summary>
    public static Task WriteBatchAsync(HttpContext context, PublishedPart part) => WriteAsync(context, part.Result.IsRepeat, json =>
    {
        json.WriteString("status"u8, "ok"u8);
        WritePart(json, part);
    });

    /// <summary>Any channels: <c>{"status","count","channels":{name:{"id","count","subscribers"}}}</c>.</summary>
    public static Task WriteChannelsAsync(HttpContext context, IReadOnlyList<PublishedPart> parts) => WriteAsync(context, parts.All(part => part.Result.IsRepeat), json =>
    {
        json.WriteString("status"u8, "ok"u8);
        json.WriteNumber("count"u8, parts.Sum(part => part.Count));
        json.WriteStartObject("channels"u8);
        foreach (var part in parts)
        {
            json.WriteStartObject(part.Channel.Value);
            WritePart(json, part);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    });

    /// <summary>What cyclone-sse answers, to the byte.</summary>
    public static Task WriteCycloneAsync(HttpContext context, IReadOnlyList<PublishedPart> parts) =>
        WriteAsync(context, parts.All(part => part.Result.IsRepeat), """{"status": "ok"}"""u8.ToArray());

    /// <summary>A refusal, with the channels whose events had been accepted before it.</summary>
    public static Task WriteRefusalAsync(HttpContext context, PublishRefusal refusal, IReadOnlyList<PublishedPart> accepted)
    {
        var headers = context.Response.Headers;
        headers.CacheControl = "no-store";
        if (refusal.IsPassing)
        {
            // Spread, so that not all come back at once.
            headers.RetryAfter = Random.Shared.Next(1, MaxRetryAfter + 1).ToString(CultureInfo.InvariantCulture);
        }

        if (refusal.Status == StatusCodes.Status401Unauthorized || refusal.Challenge is not null)
        {
            headers.WWWAuthenticate = refusal.Challenge ?? BearerToken.Scheme;
        }

        return accepted.Count == 0
            ? Problems.WriteAsync(context, refusal.Status, refusal.Type, refusal.Detail)
            : Problems.WriteAsync(
                context,
                refusal.Status,
                refusal.Type,
                refusal.Detail + " The channels under 'accepted' have theirs; a repeat with the same Idempotency-Key publishes only the rest.",
                new KeyValuePair<string, object?>("accepted", accepted.ToDictionary(part => part.Channel.Value, part => part.Result.Id)));
    }

    private static void WritePart(Utf8JsonWriter json, PublishedPart part)
    {
        json.WriteString("id"u8, part.Result.Id);
        json.WriteNumber("count"u8, part.Count);
        json.WriteNumber("subscribers"u8, part.Result.Subscribers);
    }

    private static async Task WriteAsync(HttpContext context, bool isRepeat, Action<Utf8JsonWriter> members)
    {
        var body = new ArrayBufferWriter<byte>();
        await using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        await WriteAsync(context, isRepeat, body.WrittenMemory);
    }

    private static async Task WriteAsync(HttpContext context, bool isRepeat, ReadOnlyMemory<byte> body)
    {
        var response = context.Response;
        response.ContentType = "application/json";
        response.Headers.CacheControl = "no-store";
        if (isRepeat)
        {
            response.Headers[ReplayedHeader] = "true";
        }

        response.ContentLength = body.Length;
        await response.BodyWriter.WriteAsync(body, context.RequestAborted);
    }
}
