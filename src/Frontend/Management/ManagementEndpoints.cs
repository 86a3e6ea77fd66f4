using SseFabric.Frontend.Endpoints;

namespace SseFabric.Frontend.Management;

/// <summary>Maps the paths for those who run the fabric.</summary>
internal static class ManagementEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var access = routes.ServiceProvider.GetRequiredService<ManagementAccess>();
        var management = routes.MapGroup("").WithMetadata(ManagementPath.Instance);
        HealthEndpoint.Map(management);
        management.Map(DisconnectEndpoint.Path, access.Guard(routes.ServiceProvider.GetRequiredService<DisconnectEndpoint>().HandleAsync));
    }
}
