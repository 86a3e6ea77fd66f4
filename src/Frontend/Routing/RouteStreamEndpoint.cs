using System.Text;
using Microsoft.AspNetCore.Http.Features;
using SseFabric.Frontend.Endpoints;
using SseFabric.Frontend.Profiles;

namespace SseFabric.Frontend.Routing;

/// <summary>The door of the routes that have channels: the path decides what a request gets.</summary>
internal sealed class RouteStreamEndpoint(StreamServer server, ClientAddress addresses)
{
    public async Task HandleAsync(HttpContext context)
    {
        var request = context.Request;
        var match = context.Features.GetRequiredFeature<RouteMatch>();
        var profile = match.Entry.Profile;
        profile.Common?.Invoke(context);
        if (HttpMethods.IsOptions(request.Method) && profile.Preflight is { } preflight)
        {
            preflight(context);
            return;
        }

        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
        {
            context.Response.Headers.Allow = profile.AllowedMethods;
            await Problems.WriteAsync(context, StatusCodes.Status405MethodNotAllowed, "method-not-allowed", $"A stream is read with {profile.AllowedMethods}; this is {request.Method}.");
            return;
        }

        var expanded = match.Path.Fault is { } fault ? RouteChannels.Bad(fault) : match.Entry.ChannelsOf(new RouteVariables(request, match, addresses));
        if (expanded.Reason is { } reason)
        {
            await Problems.WriteAsync(context, expanded.Status, expanded.Status == StatusCodes.Status404NotFound ? "no-channel" : "bad-channels", reason);
            return;
        }

        var (accepts, acceptsByName) = StreamRequest.ReadAccept(request.Headers.Accept);
        if (!accepts && !profile.IgnoresAccept)
        {
            await Problems.WriteAsync(context, StatusCodes.Status406NotAcceptable, "not-acceptable", "This resource is a text/event-stream; the Accept header excludes it.");
            return;
        }

        // The match is done with; a stream would keep it for its whole life.
        context.Features.Set<RouteMatch>(null);
        await server.ServeAsync(context, Offer(request, expanded, profile) with { AcceptsByName = acceptsByName });
    }

    private static StreamOffer Offer(HttpRequest request, RouteChannels expanded, StreamProfile profile)
    {
        var target = request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var lastEventId = request.Headers["Last-Event-ID"].ToString();
        if (lastEventId.Length == 0 && RawQuery.Find(target, "lastEventId") is { } queried)
        {
            lastEventId = Encoding.UTF8.GetString(queried);
        }

        return new StreamOffer(expanded.Channels, lastEventId.Length == 0 ? null : lastEventId, profile.IsPoll(request, RawQuery.Find(target, "polling") is not null))
        {
            Profile = profile,
        };
    }
}
