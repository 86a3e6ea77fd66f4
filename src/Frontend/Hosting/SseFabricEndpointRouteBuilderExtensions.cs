using Microsoft.AspNetCore.Cors;
using Microsoft.AspNetCore.Cors.Infrastructure;
using SseFabric.Channels.Configuration;
using SseFabric.Frontend.Endpoints;
using SseFabric.Frontend.Profiles;
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
        var options = routes.ServiceProvider.GetRequiredService<FabricOptions>();
        HealthEndpoint.Map(routes);
        PublishEndpoint.Map(routes, options);
        MapRoutes(routes.ServiceProvider);
        if (options.Stream.Path.Length > 0)
        {
            MapProfile(routes, options);
        }

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
    }

    // The profile uwsgi has no paths of its own.
    private static void MapProfile(IEndpointRouteBuilder routes, FabricOptions options)
    {
        if (options.HasProfile(FabricOptions.CycloneProfile))
        {
            CycloneEndpoint.Map(routes);
        }
        else if (options.HasProfile(FabricOptions.NativeProfile))
        {
            MapStreams(routes);
        }
    }

    private static void MapStreams(IEndpointRouteBuilder routes)
    {
        var options = routes.ServiceProvider.GetRequiredService<StreamOptions>();
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
