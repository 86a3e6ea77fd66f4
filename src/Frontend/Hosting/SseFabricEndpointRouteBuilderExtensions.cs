using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Cors;
using SseFabric.Channels.Configuration;
using SseFabric.Frontend.Endpoints;
using SseFabric.Frontend.HandOff;
using SseFabric.Frontend.Management;
using SseFabric.Frontend.Profiles;
using SseFabric.Frontend.Publishing;
using SseFabric.Frontend.Routing;

namespace SseFabric.Frontend.Hosting;

/// <summary>Maps what a frontend answers.</summary>
public static class SseFabricEndpointRouteBuilderExtensions
{
    /// <summary>Maps all endpoints of the program, where the options say; the services come from <c>AddSseFabric</c>.</summary>
    public static IEndpointRouteBuilder MapSseFabric(this IEndpointRouteBuilder routes)
    {
        var options = routes.ServiceProvider.GetRequiredService<FabricOptions>();
        ManagementEndpoints.Map(routes, options);
        PublishEndpoint.Map(routes, options);
        MapRoutes(routes.ServiceProvider);
        MapRedirects(routes);
        if (options.Stream.Path.Length > 0)
        {
            MapProfile(routes, options);
        }

        return routes;
    }

    /// <summary>Maps streams alone: the client names its channels at the path (<c>?channel=a&amp;channel=b</c>), or one below it (<c>/a</c>).</summary>
    /// <param name="routes">The application's routes; the services come from <c>AddSseFabric</c>.</param>
    /// <param name="path">The path, of the application's choice; <c>Fabric:Stream:Path</c> has no say here.</param>
    /// <returns>Takes what the application demands of its endpoints, such as <c>RequireAuthorization()</c>.</returns>
    public static IEndpointConventionBuilder MapSseFabric(this IEndpointRouteBuilder routes, [StringSyntax("Route")] string path)
    {
        var endpoint = routes.ServiceProvider.GetRequiredService<StreamEndpoint>();
        var group = routes.MapGroup(path);
        group.Map("", context => endpoint.HandleAsync(context, channelInPath: false));
        group.Map("/{channel}", context => endpoint.HandleAsync(context, channelInPath: true));
        AllowOrigins(routes, group);
        return group;
    }

    /// <summary>Maps streams whose channels the application decides.</summary>
    /// <param name="routes">The application's routes; the services come from <c>AddSseFabric</c>.</param>
    /// <param name="pattern">The route.</param>
    /// <param name="channels">
    /// Names the channels for a request, up to <c>Fabric:HandOff:MaxChannels</c>. None, or null: the answer is a 404. Of the query, <c>polling</c> and
    /// <c>lastEventId</c> count as always.
    /// </param>
    /// <returns>Takes what the application demands of its endpoints, such as <c>RequireAuthorization()</c>.</returns>
    public static IEndpointConventionBuilder MapSseFabric(
        this IEndpointRouteBuilder routes, [StringSyntax("Route")] string pattern, Func<HttpContext, ValueTask<IEnumerable<string>?>> channels)
    {
        var endpoint = routes.ServiceProvider.GetRequiredService<HostEndpoint>();
        var mapped = routes.Map(pattern, context => endpoint.HandleAsync(context, channels));
        AllowOrigins(routes, mapped);
        return mapped;
    }

    private static void MapRedirects(IEndpointRouteBuilder routes)
    {
        var path = routes.ServiceProvider.GetRequiredService<HandOffOptions>().InternalPath;
        if (path.Length > 0)
        {
            AllowOrigins(routes, routes.Map(path, routes.ServiceProvider.GetRequiredService<RedirectEndpoint>().HandleAsync));
        }
    }

    private static void MapRoutes(IServiceProvider services)
    {
        var cors = services.GetRequiredService<StreamCors>().Policy;
        var endpoints = services.GetRequiredService<RouteEndpoints>();
        endpoints.Channels = new Endpoint(
            services.GetRequiredService<RouteStreamEndpoint>().HandleAsync,
            cors is null ? null : new EndpointMetadataCollection(new CorsPolicyMetadata(cors)),
            "SseFabric routes");

        // No policy of ours: what pages of other origins may do there is the application's to say.
        endpoints.Upstream = new Endpoint(services.GetRequiredService<HandOffEndpoint>().HandleAsync, null, "SseFabric routes to applications");
        endpoints.Answers = new Endpoint(RouteAnswerEndpoint.HandleAsync, null, "SseFabric routes that answer");
    }

    // The profile uwsgi has no paths of its own.
    private static void MapProfile(IEndpointRouteBuilder routes, FabricOptions options)
    {
        if (options.HasProfile(FabricOptions.CycloneProfile))
        {
            CycloneEndpoint.Map(routes);
        }
        else if (options.IsRedisse)
        {
            AllowOrigins(routes, RedisseEndpoint.Map(routes));
            ManagementEndpoints.MapAbsent(routes);
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
        if (options.Path == "/")
        {
            ManagementEndpoints.MapAbsent(routes);
        }

        AllowOrigins(routes, routes.Map(options.Path, context => endpoint.HandleAsync(context, channelInPath: false)));
        AllowOrigins(routes, routes.Map($"{options.Path.TrimEnd('/')}/{{channel}}", context => endpoint.HandleAsync(context, channelInPath: true)));
    }

    private static void AllowOrigins(IEndpointRouteBuilder routes, IEndpointConventionBuilder stream)
    {
        if (routes.ServiceProvider.GetRequiredService<StreamCors>().Policy is { } policy)
        {
            stream.WithMetadata(new CorsPolicyMetadata(policy));
        }
    }
}
