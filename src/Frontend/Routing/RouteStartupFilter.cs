namespace SseFabric.Frontend.Routing;

/// <summary>Chooses the endpoint of a request that a route takes, ahead of all other endpoints. Without routes it leaves no trace in the pipeline.</summary>
/// <remarks>
/// Before the endpoint routing, which leaves a request alone that has its endpoint, and not within it: there a route would stand beside every other endpoint
/// of the application, and a method that one of them doesn't know would be answered 404 instead of 405.
/// </remarks>
internal sealed class RouteStartupFilter(RouteTable table, RouteEndpoints endpoints, FirstPaths first) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next)
    {
        if (table.IsEmpty)
        {
            return next;
        }

        return app =>
        {
            app.Use(following => context =>
            {
                Choose(context);
                return following(context);
            });
            next(app);
        };
    }

    private void Choose(HttpContext context)
    {
        if (context.GetEndpoint() is null && table.Match(RoutePath.Of(context.Request), context.Request) is { } match
            && endpoints.For(match.Entry) is { } endpoint && !first.Hold(context.Request.Path))
        {
            context.Features.Set(match);
            context.SetEndpoint(endpoint);
        }
    }
}
