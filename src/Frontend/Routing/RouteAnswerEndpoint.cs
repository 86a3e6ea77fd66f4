using Microsoft.AspNetCore.Http.Features;
using SseFabric.Frontend.Endpoints;

namespace SseFabric.Frontend.Routing;

/// <summary>Answers the requests of routes that have neither channels nor an application, but a status or another place.</summary>
internal static class RouteAnswerEndpoint
{
    public static Task HandleAsync(HttpContext context)
    {
        var route = context.Features.GetRequiredFeature<RouteMatch>().Entry.Options;
        if (route.Status is { } status)
        {
            return Problems.WriteAsync(context, status, "route", "A route answers this request so.");
        }

        context.Response.Redirect(route.Redirect!);
        return Task.CompletedTask;
    }
}
