using SseFabric.Contracts;
using SseFabric.Contracts.Stats;
using SseFabric.Frontend.Endpoints;
using SseFabric.Frontend.Management;

namespace SseFabric.Frontend.Dashboard;

/// <summary><c>GET /dashboard/channels?filter=TEXT</c>: channels whose names have it, those with the most subscribers first; else the one of exactly this name.</summary>
internal sealed class DashboardChannels(DashboardFeed feed, IFabricStats stats)
{
    public async Task HandleAsync(HttpContext context)
    {
        var filter = context.Request.Query["filter"].ToString();
        if (!ChannelName.TryParse(filter, out var exact, out var error))
        {
            await Problems.WriteAsync(context, StatusCodes.Status400BadRequest, "bad-filter", $"filter is a part of a channel's name. {error}");
            return;
        }

        var all = await feed.ReadAsync(context.RequestAborted);
        var found = all.Channels.Where(channel => channel.Channel.Value.Contains(filter, StringComparison.OrdinalIgnoreCase)).ToList();

        // The list ends somewhere, and a channel that is asked for by its name may be behind that.
        if (found.Count == 0 && all.ChannelCount > all.Channels.Count && await stats.ReadAsync(exact, context.RequestAborted) is { Subscribers: > 0 } one)
        {
            found.Add(one);
        }

        await context.Response.WriteAsJsonAsync(
            new { found = found.Count, channels = found.Take(DashboardSample.MaxChannels).Select(StatsJson.Of) }, context.RequestAborted);
    }
}
