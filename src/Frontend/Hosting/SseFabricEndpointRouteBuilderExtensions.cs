using Microsoft.AspNetCore.Cors;
using Microsoft.AspNetCore.Cors.Infrastructure;
using SseFabric.Channels.Configuration;
using SseFabric.Frontend.Endpoints;
using SseFabric.Frontend.HandOff;
using SseFabric.Frontend.Publishing;
using SseFabric.Frontend.Routing;
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
        MapRoutes(routes.ServiceProvider);
        MapStreams(routes);
        return routes;
    }

    private static void MapRoutes(IServiceProvider services)
    {
        var cors = services.GetRequiredService<StreamOptions>().Cors;
        var endpoints = services.GetRequiredService<RouteEndpoints>();
        endpoints.Channels = new Endpoint(
            services.GetRequiredService<RouteStreamEndpoint>().HandleAsync,
            cors.Origins.Count == 0 ? null : new EndpointMetadataCollection(new CorsPolicyMetadata(Policy(cors))),
            "SseFabric routes");

        // No policy of ours: what pages of other origins may do there is the application's to say.
        endpoints.Upstream = new Endpoint(services.GetRequiredService<HandOffEndpoint>().HandleAsync, null, "SseFabric routes to applications");
    }

    private static void MapStreams(IEndpointRouteBuilder routes)
    {
        var options = routes.ServiceProvider.GetRequiredService<StreamOptions>();
        if (options.Path.Length == 0)
        {
            return;
        }

        var endpoint = routes.ServiceProvider.GetRequiredService<StreamEndpoint>();
        IEndpointConventionBuilder[] streams =
        [
            routes.Map(options.Path, context => endpoint.HandleAsync(context, channelInPath: false)),
            routes.Map($"{options.Path.TrimEnd('/')}/{{channel}}", context => endpoint.HandleAsync(context, channelInPath: true)),
        ];
        if (options.Cors.Origins.Count > 0)
        {
            var policy = Policy(options.Cors);
            Array.ForEach(streams, stream => stream.WithMetadata(new CorsPolicyMetadata(policy)));
        }
    }

    private static CorsPolicy Policy(CorsOptions options)
    {
        var cors = new CorsPolicyBuilder().WithOrigins([.. options.Origins]).WithMethods(HttpMethods.Get, HttpMethods.Head).WithExposedHeaders(BusyAnswer.Header)
            .WithHeaders("Last-Event-ID", "Cache-Control", "Authorization", "X-Requested-With");
        if (!options.Origins.Contains("*"))
        {
            cors.AllowCredentials();
        }

        return cors.Build();
    }
}
