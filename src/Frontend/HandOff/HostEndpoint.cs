using SseFabric.Contracts;
using SseFabric.Frontend.Endpoints;
using SseFabric.Frontend.Subscribers;

namespace SseFabric.Frontend.HandOff;

/// <summary>A stream whose channels the application decides that hosts the fabric in its own process.</summary>
internal sealed class HostEndpoint(HandOffServer server, FrontendMetrics metrics)
{
    public async Task HandleAsync(HttpContext context, Func<HttpContext, ValueTask<IEnumerable<string>?>> decide)
    {
        if (await server.RefuseMethodAsync(context))
        {
            return;
        }

        var channels = new List<ChannelName>();
        foreach (var name in await decide(context) ?? [])
        {
            if (!ChannelName.TryParse(name, out var channel, out var error))
            {
                await Problems.WriteAsync(context, StatusCodes.Status400BadRequest, "bad-channels", error);
                return;
            }

            channels.Add(channel);
        }

        metrics.HandedOff(HandOffKind.Host);
        var query = context.Request.Query;
        await server.ServeAsync(context, channels, query["lastEventId"].FirstOrDefault(), query.ContainsKey("polling"));
    }
}
