using System.Diagnostics.CodeAnalysis;
using System.Text;
using Microsoft.Net.Http.Headers;
using SseFabric.Contracts;

namespace SseFabric.Frontend.Endpoints;

/// <summary>What a stream request asks for, read from its raw target and headers. Pure.</summary>
/// <param name="Channels">Each channel once, in the order first named.</param>
/// <param name="LastEventId">The header, else the query's; null: none.</param>
/// <param name="IsPoll">Whether <c>polling</c> is in the query, with any value: an ordinary response that ends soon after its first event.</param>
/// <param name="IsNamed">Whether <c>named</c> is in the query, with any value: each event says its channel and its position there.</param>
internal sealed record StreamRequest(ChannelName[] Channels, string? LastEventId, bool IsPoll, bool IsNamed)
{
    /// <summary>Reads a request, or says in one sentence why it is none.</summary>
    /// <param name="rawTarget">The request target as it was sent.</param>
    /// <param name="channelInPath">Whether the last segment of the path names a channel.</param>
    /// <param name="lastEventId">The header <c>Last-Event-ID</c>.</param>
    /// <param name="maxChannels">The most channels.</param>
    /// <param name="request">The request.</param>
    /// <param name="error">What is wrong.</param>
    public static bool TryRead(
        string rawTarget,
        bool channelInPath,
        string? lastEventId,
        int maxChannels,
        [NotNullWhen(true)] out StreamRequest? request,
        [NotNullWhen(false)] out string? error)
    {
        request = null;
        var mark = rawTarget.IndexOf('?', StringComparison.Ordinal);
        var path = rawTarget.AsSpan(0, mark < 0 ? rawTarget.Length : mark);
        var query = mark < 0 ? [] : rawTarget.AsSpan(mark + 1);
        var channels = new List<ChannelName>();
        var isNamed = false;
        if (channelInPath && !TryAdd(channels, PercentEncoding.Decode(path[(path.LastIndexOf('/') + 1)..], plusIsSpace: false), out error))
        {
            return false;
        }

        foreach (var range in query.Split('&'))
        {
            var item = query[range];
            var equals = item.IndexOf('=');
            var name = equals < 0 ? item : item[..equals];
            var value = equals < 0 ? [] : item[(equals + 1)..];
            isNamed |= Is(name, "named");
            if (!Is(name, "channel"))
            {
                continue;
            }

            if (channelInPath)
            {
                // Who guards a channel in the path, as an application can, must not be passed by with another one.
                error = "Name channels either in the path or in the query: this path has one, and the query has channel= too.";
                return false;
            }

            if (!TryAdd(channels, PercentEncoding.Decode(value, plusIsSpace: true), out error))
            {
                return false;
            }
        }

        var distinct = channels.Count > 1 ? channels.Distinct().ToArray() : [.. channels];
        error = distinct.Length switch
        {
            0 => "Name at least one channel: ?channel=NAME.",
            var count when count > maxChannels => $"A request may name at most {maxChannels} channels; this one names {count}.",
            _ => null,
        };
        if (error is not null)
        {
            return false;
        }

        var (resume, isPoll) = ReadResume(rawTarget, lastEventId);
        request = new StreamRequest(distinct, resume, isPoll, isNamed);
        return true;
    }

    /// <summary>What a request says of where its stream begins and ends, whoever names the channels.</summary>
    public static (string? LastEventId, bool IsPoll) ReadResume(string rawTarget, string? lastEventId)
    {
        var mark = rawTarget.IndexOf('?', StringComparison.Ordinal);
        var query = mark < 0 ? [] : rawTarget.AsSpan(mark + 1);
        string? queried = null;
        var isPoll = false;
        foreach (var range in query.Split('&'))
        {
            var item = query[range];
            var equals = item.IndexOf('=');
            var name = equals < 0 ? item : item[..equals];
            isPoll |= Is(name, "polling");
            if (Is(name, "lastEventId"))
            {
                queried ??= equals < 0 ? "" : Encoding.UTF8.GetString(PercentEncoding.Decode(item[(equals + 1)..], plusIsSpace: true));
            }
        }

        return (string.IsNullOrEmpty(lastEventId) ? queried : lastEventId, isPoll);
    }

    /// <summary>Whether an <c>Accept</c> header takes an event stream, and whether it names it, as an EventSource does.</summary>
    public static (bool Accepts, bool ByName) ReadAccept(IList<string?> accept)
    {
        if (accept is [EventStream])
        {
            // What every EventSource sends: not worth a parser.
            return (true, true);
        }

        if (accept.Count == 0 || accept.All(string.IsNullOrWhiteSpace) || !MediaTypeHeaderValue.TryParseList(accept!, out var ranges))
        {
            return (true, false);
        }

        // RFC 9110, 12.5.1: the most specific range decides. A parameter, which can only be charset=utf-8, makes no other type of it.
        var fitting = ranges.Where(range => s_eventStream.IsSubsetOf(new MediaTypeHeaderValue(range.MediaType))).OrderBy(range => range.MatchesAllTypes ? 2 : range.MatchesAllSubTypes ? 1 : 0).FirstOrDefault();
        var accepts = fitting is not null && fitting.Quality is not 0;
        return (accepts, accepts && !fitting!.MatchesAllTypes && !fitting.MatchesAllSubTypes);
    }

    private const string EventStream = "text/event-stream";
    private static readonly MediaTypeHeaderValue s_eventStream = new(EventStream);

    // Nearly all names are sent as they are.
    private static bool Is(ReadOnlySpan<char> encoded, string name) =>
        encoded.SequenceEqual(name) || (encoded.Contains('%') && Encoding.UTF8.GetString(PercentEncoding.Decode(encoded, plusIsSpace: true)) == name);

    private static bool TryAdd(List<ChannelName> channels, byte[] utf8, [NotNullWhen(false)] out string? error)
    {
        if (!ChannelName.TryParse(utf8, out var channel, out error))
        {
            return false;
        }

        channels.Add(channel);
        return true;
    }
}
