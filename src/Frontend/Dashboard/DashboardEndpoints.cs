using SseFabric.Frontend.Management;
using SseFabric.Frontend.Publishing;

namespace SseFabric.Frontend.Dashboard;

/// <summary>Maps the dashboard: the page, and what it asks for. Streams it ends by <see cref="DisconnectEndpoint"/>, like anybody else.</summary>
internal static class DashboardEndpoints
{
    public const string Path = "/dashboard";

    private static readonly string[] s_read = [HttpMethods.Get];

    public static void Map(IEndpointRouteBuilder management, ManagementAccess access)
    {
        var services = management.ServiceProvider;
        DashboardPage.Map(management, access);
        management.MapMethods($"{Path}/feed", s_read, access.GuardPage(services.GetRequiredService<DashboardStream>().HandleAsync));
        management.MapMethods($"{Path}/channels", s_read, access.GuardPage(services.GetRequiredService<DashboardChannels>().HandleAsync));
        management.MapMethods($"{Path}/tail", s_read, access.GuardPage(services.GetRequiredService<DashboardTail>().HandleAsync));
        management.Map($"{Path}/channels/{{channel}}/events", access.GuardPage(services.GetRequiredService<PublishEndpoint>().HandleAdmittedEventsAsync));
    }
}
