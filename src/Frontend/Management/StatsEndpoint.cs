using System.Globalization;
using SseFabric.Contracts;
using SseFabric.Contracts.Stats;
using SseFabric.Frontend.Endpoints;

namespace SseFabric.Frontend.Management;

/// <summary><c>GET /stats</c>: what all processes of the fabric have counted; with <c>?channel=NAME</c> that channel alone.</summary>
internal sealed class StatsEndpoint(IFabricStats stats)
{
    public const string Path = "/stats";

    private const string RetryAfter = "1";
    private static readonly string[] s_methods = [HttpMethods.Get, HttpMethods.Head];

    public static void Map(IEndpointRouteBuilder management, ManagementAccess access)
    {
        var endpoint = management.ServiceProvider.GetRequiredService<StatsEndpoint>();
        management.MapMethods(Path, s_methods, access.Guard(endpoint.HandleAsync));
    }

    public Task HandleAsync(HttpContext context)
    {
        var query = context.Request.Query;
        if (query.TryGetValue("channel", out var named))
        {
            return ChannelName.TryParse(named.ToString(), out var channel, out var error)
                ? WriteAsync(context, channel)
                : Problems.WriteAsync(context, StatusCodes.Status400BadRequest, "bad-channels", error);
        }

        var top = FabricStats.MaxChannels;
        if (query.TryGetValue("top", out var limit)
            && (!int.TryParse(limit.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out top) || top > FabricStats.MaxChannels))
        {
            return Problems.WriteAsync(
                context, StatusCodes.Status400BadRequest, "bad-top", $"top is how many channels are listed, 0 to {FabricStats.MaxChannels}; this is '{limit}'.");
        }

        return WriteAsync(context, top);
    }

    private async Task WriteAsync(HttpContext context, int top)
    {
        var all = await stats.ReadAsync(context.RequestAborted);
        await context.Response.WriteAsJsonAsync(
            new
            {
                connected = all.Totals.Connected,
                served = all.Totals.Served,
                events = all.Totals.Events,
                missing = all.Totals.Missing,
                published = all.Published,
                channelCount = all.ChannelCount,
                channels = all.Channels.Take(top).Select(StatsJson.Of),
                silos = all.Processes.Where(process => process.Owner is not null).Select(StatsJson.OfOwner),
                frontends = all.Processes.Where(process => process.Frontend is not null).Select(StatsJson.OfFrontend),
                time = all.AsOf.ToUnixTimeMilliseconds(),
            },
            context.RequestAborted);
    }

    private async Task WriteAsync(HttpContext context, ChannelName channel)
    {
        if (await stats.ReadAsync(channel, context.RequestAborted) is { } one)
        {
            await context.Response.WriteAsJsonAsync(StatsJson.Of(one), context.RequestAborted);
            return;
        }

        context.Response.Headers.RetryAfter = RetryAfter;
        await Problems.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "unreached", $"The owner of the channel '{channel}' can't be reached now.");
    }
}
