using SseFabric.Frontend.Endpoints;

namespace SseFabric.Frontend.Hosting;

/// <summary>Maps what a frontend answers.</summary>
public static class SseFabricEndpointRouteBuilderExtensions
{
    /// <summary>Maps the endpoints; the services come from <see cref="SseFabricServiceCollectionExtensions.AddSseFabric"/>.</summary>
    public static IEndpointRouteBuilder MapSseFabric(this IEndpointRouteBuilder routes)
    {
        HealthEndpoint.Map(routes);
        return routes;
    }
}
