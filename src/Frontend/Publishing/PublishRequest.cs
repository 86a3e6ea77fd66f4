using System.Text;
using Microsoft.AspNetCore.Http.Features;
using SseFabric.Contracts;
using SseFabric.Frontend.Endpoints;

namespace SseFabric.Frontend.Publishing;

/// <summary>What a request to publish says before its body.</summary>
/// <param name="Query">The query, as an item.</param>
/// <param name="IdempotencyKey">The header; null: none.</param>
/// <param name="Permit">What it may publish.</param>
internal sealed record PublishRequest(PublishItem Query, string? IdempotencyKey, PublishPermit Permit)
{
    private const string EventsSegment = "events";

    /// <summary>Reads the head of a request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="access">Who may publish; null: whoever asks here has been let in.</param>
    /// <param name="keyInBody">Whether the key may still come with the body.</param>
    public static async ValueTask<(PublishRequest? Request, PublishRefusal? Refusal)> ReadAsync(HttpContext context, PublishAccess? access, bool keyInBody)
    {
        var query = new PublishItem();
        var error = PublishForm.Read(PublishForm.QueryOf(TargetOf(context)), query);
        var (permit, refusal) = access is null ? (new PublishPermit(IsGiven: true), null) : await access.JudgeAsync(context, query.Key, keyInBody);
        if (refusal is not null)
        {
            return (null, refusal);
        }

        if (error is not null)
        {
            return (null, PublishRefusal.BadRequest(error));
        }

        var idempotencyKey = context.Request.Headers["Idempotency-Key"];
        if (idempotencyKey.Count > 0 && (idempotencyKey.Count > 1 || !IsIdempotencyKey(idempotencyKey.ToString())))
        {
            return (null, PublishRefusal.BadRequest(
                $"An Idempotency-Key is 1 to {PublishResult.MaxIdempotencyKeyLength} printable characters of ASCII, once; this one has {idempotencyKey.ToString().Length}."));
        }

        var encoding = context.Request.Headers.ContentEncoding.ToString();
        return encoding.Length > 0 && !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase)
            ? (null, PublishRefusal.WrongType($"A body is taken as it is, without Content-Encoding; this one has {encoding}."))
            : (new PublishRequest(query, idempotencyKey.Count == 0 ? null : idempotencyKey.ToString(), permit), null);
    }

    /// <summary>Reads the channel of <c>/channels/{channel}/events</c> from the raw target, decoded once.</summary>
    public static string? ReadChannel(HttpContext context, out ChannelName channel)
    {
        channel = default;
        var target = TargetOf(context).AsSpan();
        var mark = target.IndexOf('?');
        var path = (mark < 0 ? target : target[..mark]).TrimEnd('/');
        var slash = path.LastIndexOf('/');
        if (slash < 0 || !Encoding.UTF8.GetString(PercentEncoding.Decode(path[(slash + 1)..], plusIsSpace: false)).Equals(EventsSegment, StringComparison.OrdinalIgnoreCase))
        {
            return $"The path is written /channels/CHANNEL/{EventsSegment}.";
        }

        path = path[..slash];
        return ChannelName.TryParse(PercentEncoding.Decode(path[(path.LastIndexOf('/') + 1)..], plusIsSpace: false), out channel, out var error) ? null : error;
    }

    private static string TargetOf(HttpContext context) => context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;

    private static bool IsIdempotencyKey(string key) =>
        key.Length is > 0 and <= PublishResult.MaxIdempotencyKeyLength && !key.AsSpan().ContainsAnyExceptInRange(' ', '~');
}
