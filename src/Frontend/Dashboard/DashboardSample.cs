using System.Text.Json;
using SseFabric.Contracts.Stats;
using SseFabric.Frontend.Management;

namespace SseFabric.Frontend.Dashboard;

/// <summary>What all pages that look are told at one beat. Immutable.</summary>
/// <param name="Number">Grows from one to the next.</param>
/// <param name="Stats">What was read.</param>
/// <param name="Frame">The event.</param>
internal sealed record DashboardSample(long Number, FabricStats Stats, byte[] Frame)
{
    /// <summary>The most channels that are told at a beat.</summary>
    public const int MaxChannels = 100;

    // A page shows no more, and a cluster of more is still told in full at /stats.
    private const int MaxProcesses = 200;

    public static DashboardSample Of(long number, DashboardPoint point, FabricStats stats) => new(number, stats, Event("sample", new
    {
        point = point.ToArray(),
        served = stats.Totals.Served,
        events = stats.Totals.Events,
        missing = stats.Totals.Missing,
        published = stats.Published,
        channelCount = stats.ChannelCount,
        channels = stats.Channels.Take(MaxChannels).Select(StatsJson.Of),
        silos = stats.Processes.Where(process => process.Owner is not null).Take(MaxProcesses).Select(StatsJson.OfOwner),
        frontends = stats.Processes.Where(process => process.Frontend is not null).Take(MaxProcesses).Select(StatsJson.OfFrontend),
    }));

    /// <summary>What has been plotted so far, for a page that has just been opened.</summary>
    public static byte[] Past(IEnumerable<DashboardPoint> points) => Event("past", points.Select(point => point.ToArray()));

    private static byte[] Event(string type, object data) =>
        [.. "event: "u8, .. System.Text.Encoding.ASCII.GetBytes(type), .. "\ndata: "u8, .. JsonSerializer.SerializeToUtf8Bytes(data, JsonSerializerOptions.Web), .. "\n\n"u8];
}
