using System.Globalization;
using System.Text;
using SseFabric.Contracts.Stats;

namespace SseFabric.Channels.Stats;

/// <summary>Writes channels' subscribers as Graphite reads them, a line each: <c>path.channel count unixtime</c>. Pure.</summary>
internal static class GraphiteLines
{
    /// <summary>A datagram that no usual network cuts up.</summary>
    public const int MaxDatagramBytes = 1400;

    /// <summary>The lines in datagrams of whole lines.</summary>
    /// <param name="path">What names begin with.</param>
    /// <param name="channels">The channels.</param>
    /// <param name="unixSeconds">The time.</param>
    public static IEnumerable<byte[]> Write(string path, IEnumerable<ChannelStats> channels, long unixSeconds)
    {
        var datagram = new StringBuilder();
        foreach (var channel in channels.GroupBy(channel => Sanitized(channel.Channel.Value), channel => channel.Subscribers))
        {
            var line = string.Create(CultureInfo.InvariantCulture, $"{path}.{channel.Key} {channel.Sum()} {unixSeconds}\n");
            if (datagram.Length > 0 && datagram.Length + line.Length > MaxDatagramBytes)
            {
                yield return Encoding.ASCII.GetBytes(datagram.ToString());
                datagram.Clear();
            }

            datagram.Append(line);
        }

        if (datagram.Length > 0)
        {
            yield return Encoding.ASCII.GetBytes(datagram.ToString());
        }
    }

    /// <summary>A channel as one step of a path: what is no ASCII letter, digit, - or _ becomes _. Channels that then have one name are counted together.</summary>
    public static string Sanitized(string channel) => string.Create(channel.Length, channel, static (step, name) =>
    {
        for (var i = 0; i < step.Length; i++)
        {
            step[i] = char.IsAsciiLetterOrDigit(name[i]) || name[i] == '-' ? name[i] : '_';
        }
    });
}
