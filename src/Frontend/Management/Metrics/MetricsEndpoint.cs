namespace SseFabric.Frontend.Management.Metrics;

/// <summary><c>GET /metrics</c>: what this process measures, for Prometheus.</summary>
internal static class MetricsEndpoint
{
    public const string Path = "/metrics";

    private static readonly string[] s_methods = [HttpMethods.Get, HttpMethods.Head];

    public static void Map(IEndpointRouteBuilder management, ManagementAccess access)
    {
        // Now, and not with the first request: it counts from here on.
        var collector = management.ServiceProvider.GetRequiredService<MetricsCollector>();
        management.MapMethods(Path, s_methods, access.Guard(context =>
        {
            context.Response.ContentType = PrometheusText.ContentType;
            return context.Response.WriteAsync(collector.Write(), context.RequestAborted);
        }));
    }
}
