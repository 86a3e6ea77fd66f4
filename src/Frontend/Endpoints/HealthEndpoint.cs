using SseFabric.Frontend.Hosting;

namespace SseFabric.Frontend.Endpoints;

/// <summary><c>/health/live</c> and <c>/health/ready</c>, open to everybody.</summary>
/// <remarks>Losing Redis changes neither, or every frontend would be taken out at once and its streams with it.</remarks>
internal static class HealthEndpoint
{
    private static readonly string[] s_methods = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Maps both.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/health/live", s_methods, (HttpContext context) => Answer(context, "live", StatusCodes.Status200OK));
        routes.MapMethods("/health/ready", s_methods, (HttpContext context, FrontendState state) => state.Phase switch
        {
            FrontendPhase.Ready => Answer(context, "ready", StatusCodes.Status200OK),
            FrontendPhase.Draining => Answer(context, "draining", StatusCodes.Status503ServiceUnavailable),
            _ => Answer(context, "starting", StatusCodes.Status503ServiceUnavailable),
        });
    }

    private static IResult Answer(HttpContext context, string status, int statusCode)
    {
        context.Response.Headers.CacheControl = "no-store";
        return Results.Text($$"""{"status":"{{status}}"}""", "application/json", statusCode: statusCode);
    }
}
