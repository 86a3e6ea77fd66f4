using System.Diagnostics.CodeAnalysis;
using System.Text;
using Microsoft.Net.Http.Headers;
using SseFabric.Contracts;
using SseFabric.Frontend.Authorization;
using SseFabric.Frontend.Endpoints;

namespace SseFabric.Frontend.Profiles;

/// <summary>What a request to redisse asks for, read from its raw target: each key of the query is a channel, but for <c>polling</c>, <c>lastEventId</c> and a token. Pure.</summary>
/// <param name="Channels">Each channel once.</param>
/// <param name="LastEventId">The query's; null: none.</param>
/// <param name="IsPoll">Whether <c>polling</c> is in the query.</param>
internal sealed record RedisseRequest(ChannelName[] Channels, string? LastEventId, bool IsPoll)
{
    /// <summary>Reads a request, or says in one sentence which name is none. Where tokens count, <see cref="BearerToken.Parameter"/> is one.</summary>
    public static bool TryRead(
        string rawTarget, int maxChannels, bool hasTokens, [NotNullWhen(true)] out RedisseRequest? request, [NotNullWhen(false)] out string? error)
    {
        (request, error) = (null, null);
        var mark = rawTarget.IndexOf('?', StringComparison.Ordinal);
        var query = mark < 0 ? [] : rawTarget.AsSpan(mark + 1);
        var channels = new List<ChannelName>();
        string? lastEventId = null;
        var isPoll = false;
        foreach (var range in query.Split('&'))
        {
            var item = query[range];
            var equals = item.IndexOf('=');
            var name = PercentEncoding.Decode(equals < 0 ? item : item[..equals], plusIsSpace: true);
            if (name.AsSpan().SequenceEqual("polling"u8))
            {
                isPoll = true;
            }
            else if (name.AsSpan().SequenceEqual("lastEventId"u8))
            {
                lastEventId ??= equals < 0 ? null : Encoding.UTF8.GetString(PercentEncoding.Decode(item[(equals + 1)..], plusIsSpace: true));
            }
            else if (name.Length > 0 && !(hasTokens && Encoding.UTF8.GetString(name) == BearerToken.Parameter))
            {
                if (!ChannelName.TryParse(name, out var channel, out error))
                {
                    return false;
                }

                channels.Add(channel);
            }
        }

        var distinct = channels.Distinct().ToArray();
        if (distinct.Length > maxChannels)
        {
            error = $"A request may name at most {maxChannels} channels; this one names {distinct.Length}.";
            return false;
        }

        request = new RedisseRequest(distinct, lastEventId, isPoll);
        return true;
    }

    /// <summary>Whether an <c>Accept</c> header names a media type, and not by a range.</summary>
    public static bool AcceptsByName(IList<string?> accept, string mediaType) =>
        MediaTypeHeaderValue.TryParseList(accept!, out var ranges)
        && ranges.Any(range => range.Quality is not 0 && range.MediaType.Equals(mediaType, StringComparison.OrdinalIgnoreCase));
}
