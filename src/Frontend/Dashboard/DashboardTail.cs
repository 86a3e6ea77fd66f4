using SseFabric.Channels.Configuration;
using SseFabric.Contracts;
using SseFabric.Frontend.Endpoints;
using SseFabric.Frontend.Profiles;

namespace SseFabric.Frontend.Dashboard;

/// <summary><c>GET /dashboard/tail?channel=NAME</c>: the events of a channel as they come, for the page to show. A stream like others, and counted as one.</summary>
internal sealed class DashboardTail(StreamServer server, StreamOptions options)
{
    private readonly StreamProfile _profile = new(new TailFormat(options))
    {
        Head = [new("Content-Type", "text/event-stream"), new("X-Accel-Buffering", "no")],
        SparesEventSource = true,
    };

    public async Task HandleAsync(HttpContext context)
    {
        if (!ChannelName.TryParse(context.Request.Query["channel"].ToString(), out var channel, out var error))
        {
            await Problems.WriteAsync(context, StatusCodes.Status400BadRequest, "bad-channels", error);
            return;
        }

        // Whoever may look has been let in, as by an application: tokens have no say here.
        var lastEventId = context.Request.Headers["Last-Event-ID"];
        await server.ServeAsync(context, new StreamOffer([channel], lastEventId.Count == 0 ? null : lastEventId.ToString(), IsPoll: false)
        {
            IsHandOff = true,
            AcceptsByName = true,
            Profile = _profile,
        });
    }
}
