using System.Diagnostics.CodeAnalysis;
using System.Text;
using SseFabric.Contracts;
using SseFabric.Frontend.Endpoints;

namespace SseFabric.Frontend.HandOff;

/// <summary>What the query of a redirect asks for, in redisse's form: <c>polling&amp;lastEventId=42&amp;global&amp;channel_1</c>. Pure.</summary>
/// <remarks>
/// An item is a channel as a whole, <c>a=b</c> too; an empty one is none. Reserved are <c>polling</c> and <c>lastEventId</c>, with or without a value, and
/// <c>channel=</c>, <c>sig=</c> and <c>exp=</c>. A channel whose name looks like one of these has its <c>=</c> escaped, or stands behind <c>channel=</c>.
/// </remarks>
/// <param name="Channels">The channels in order, repeated ones too.</param>
/// <param name="Encoded">Each of them as it stands in the query.</param>
/// <param name="LastEventId">The first <c>lastEventId</c>; null: none.</param>
/// <param name="IsPoll">Whether <c>polling</c> is there.</param>
/// <param name="Signatures">Each <c>sig</c>.</param>
/// <param name="Expiries">Each <c>exp</c>.</param>
internal sealed record RedirectQuery(
    IReadOnlyList<ChannelName> Channels, IReadOnlyList<string> Encoded, string? LastEventId, bool IsPoll, IReadOnlyList<string> Signatures, IReadOnlyList<string> Expiries)
{
    /// <summary>Reads a query, or says in one sentence which name is none.</summary>
    public static bool TryRead(ReadOnlySpan<char> query, [NotNullWhen(true)] out RedirectQuery? read, [NotNullWhen(false)] out string? error)
    {
        read = null;
        error = null;
        var channels = new List<ChannelName>();
        var encoded = new List<string>();
        var signatures = new List<string>();
        var expiries = new List<string>();
        string? lastEventId = null;
        var isPoll = false;
        foreach (var range in query.Split('&'))
        {
            var item = query[range];
            var equals = item.IndexOf('=');
            var value = equals < 0 ? [] : item[(equals + 1)..];
            switch (Decode(equals < 0 ? item : item[..equals]))
            {
                case "" when item.IsEmpty:
                    break;
                case "polling":
                    isPoll = true;
                    break;
                case "lastEventId":
                    lastEventId ??= Decode(value);
                    break;
                case "sig" when equals >= 0:
                    signatures.Add(Decode(value));
                    break;
                case "exp" when equals >= 0:
                    expiries.Add(Decode(value));
                    break;
                case var name:
                    var text = name == "channel" && equals >= 0 ? value : item;
                    if (!ChannelName.TryParse(PercentEncoding.Decode(text, plusIsSpace: true), out var channel, out error))
                    {
                        return false;
                    }

                    channels.Add(channel);
                    encoded.Add(text.ToString());
                    break;
            }
        }

        read = new RedirectQuery(channels, encoded, lastEventId, isPoll, signatures, expiries);
        return true;
    }

    private static string Decode(ReadOnlySpan<char> text) => Encoding.UTF8.GetString(PercentEncoding.Decode(text, plusIsSpace: true));
}
