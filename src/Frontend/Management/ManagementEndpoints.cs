using SseFabric.Channels.Configuration;
using SseFabric.Frontend.Dashboard;
using SseFabric.Frontend.Endpoints;
using SseFabric.Frontend.Management.Metrics;
using SseFabric.Frontend.Profiles;

namespace SseFabric.Frontend.Management;

/// <summary>Maps the paths for those who run the fabric.</summary>
internal static class ManagementEndpoints
{
    public static void Map(IEndpointRouteBuilder routes, FabricOptions options)
    {
        var access = routes.ServiceProvider.GetRequiredService<ManagementAccess>();
        var management = routes.MapGroup("").WithMetadata(ManagementPath.Instance);
        HealthEndpoint.Map(management);
        management.Map(DisconnectEndpoint.Path, access.Guard(routes.ServiceProvider.GetRequiredService<DisconnectEndpoint>().HandleAsync));
        MetricsEndpoint.Map(management, access);
        DashboardEndpoints.Map(management, access);
        if (!CycloneEndpoint.IsMapped(options))
        {
            StatsEndpoint.Map(management, access);
        }
    }

    /// <summary>Answers 404 where nothing is on the management paths, for a stream endpoint that would take them.</summary>
    public static void MapAbsent(IEndpointRouteBuilder routes)
    {
        foreach (var path in ManagementPaths.All)
        {
            routes.Map($"{path}/{{**rest}}", static context =>
            {
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return Task.CompletedTask;
            });
        }
    }
}
