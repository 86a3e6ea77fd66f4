using Microsoft.AspNetCore.Cors.Infrastructure;
using SseFabric.Channels.Configuration;
using SseFabric.Frontend.Endpoints;
using SseFabric.Frontend.HandOff;
using SseFabric.Frontend.Publishing;
using CorsOptions = SseFabric.Channels.Configuration.CorsOptions;

namespace SseFabric.Frontend.Hosting;

/// <summary>Maps what a frontend answers.</summary>
public static class SseFabricEndpointRouteBuilderExtensions
{
    /// <summary>Maps the endpoints; the services come from <see cref="SseFabricServiceCollectionExtensions.AddSseFabric"/>.</summary>
    public static IEndpointRouteBuilder MapSseFabric(this IEndpointRouteBuilder routes)
    {
        HealthEndpoint.Map(routes);
        PublishEndpoint.Map(routes, routes.ServiceProvider.GetRequiredService<PublishOptions>());
        MapRedirects(routes);
        MapStreams(routes);
        return routes;
    }

    private static void MapRedirects(IEndpointRouteBuilder routes)
    {
        var path = routes.ServiceProvider.GetRequiredService<HandOffOptions>().InternalPath;
        if (path.Length > 0)
        {
            AllowOrigins(routes, routes.Map(path, routes.ServiceProvider.GetRequiredService<RedirectEndpoint>().HandleAsync));
        }
    }

    private static void MapStreams(IEndpointRouteBuilder routes)
    {
        var options = routes.ServiceProvider.GetRequiredService<StreamOptions>();
        if (options.Path.Length == 0)
        {
            return;
        }

        var endpoint = routes.ServiceProvider.GetRequiredService<StreamEndpoint>();
        AllowOrigins(routes, routes.Map(options.Path, context => endpoint.HandleAsync(context, channelInPath: false)));
        AllowOrigins(routes, routes.Map($"{options.Path.TrimEnd('/')}/{{channel}}", context => endpoint.HandleAsync(context, channelInPath: true)));
    }

    private static void AllowOrigins(IEndpointRouteBuilder routes, IEndpointConventionBuilder stream)
    {
        var options = routes.ServiceProvider.GetRequiredService<StreamOptions>().Cors;
        if (options.Origins.Count > 0)
        {
            stream.RequireCors(cors => Allow(cors, options));
        }
    }

    private static void Allow(CorsPolicyBuilder cors, CorsOptions options)
    {
        cors.WithOrigins([.. options.Origins]).WithMethods(HttpMethods.Get, HttpMethods.Head).WithExposedHeaders(BusyAnswer.Header)
            .WithHeaders("Last-Event-ID", "Cache-Control", "Authorization", "X-Requested-With");
        if (!options.Origins.Contains("*"))
        {
            cors.AllowCredentials();
        }
    }
}
