using SseFabric.Contracts;
using SseFabric.Frontend.Endpoints;

namespace SseFabric.Frontend.Profiles;

/// <summary>Reads the channels of a cyclone-sse request: <c>channels=</c>, repeated, each trimmed; everything else in the query is passed over. Pure.</summary>
internal static class CycloneRequest
{
    /// <summary>Reads a target.</summary>
    /// <param name="rawTarget">The request target as it was sent.</param>
    /// <param name="maxChannels">The most channels.</param>
    /// <param name="channels">Each channel once, in the order first named.</param>
    /// <returns>What is wrong with it, in one sentence; null if nothing is.</returns>
    public static string? ReadChannels(string rawTarget, int maxChannels, out ChannelName[] channels)
    {
        channels = [];
        var mark = rawTarget.IndexOf('?', StringComparison.Ordinal);
        var query = mark < 0 ? [] : rawTarget.AsSpan(mark + 1);
        var named = new List<ChannelName>();
        foreach (var range in query.Split('&'))
        {
            var item = query[range];
            var equals = item.IndexOf('=');
            if (equals < 0 || !PercentEncoding.Decode(item[..equals], plusIsSpace: true).AsSpan().SequenceEqual("channels"u8))
            {
                continue;
            }

            var value = Trim(PercentEncoding.Decode(item[(equals + 1)..], plusIsSpace: true));
            if (value.IsEmpty)
            {
                continue;
            }

            if (!ChannelName.TryParse(value, out var channel, out var error))
            {
                return error;
            }

            named.Add(channel);
        }

        channels = [.. named.Distinct()];
        return channels.Length switch
        {
            0 => "Name at least one channel: ?channels=NAME.",
            var count when count > maxChannels => $"A request may name at most {maxChannels} channels; this one names {count}.",
            _ => null,
        };
    }

    private static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> utf8) => utf8.Trim(" \t\r\n\f\v"u8);
}
