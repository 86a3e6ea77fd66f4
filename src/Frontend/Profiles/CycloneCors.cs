using Microsoft.Net.Http.Headers;
using SseFabric.Channels.Configuration;

namespace SseFabric.Frontend.Profiles;

/// <summary>Which pages may read cyclone-sse's answers: those of every origin, or of the configured ones with their credentials. Immutable; any thread.</summary>
internal sealed class CycloneCors(CorsOptions options)
{
    private readonly bool _anyOrigin = options.Origins.Count == 0 || options.Origins.Contains("*");

    /// <summary>Sets the header that lets the page read the answer, whatever it is.</summary>
    public void Allow(HttpContext context)
    {
        var headers = context.Response.Headers;
        if (_anyOrigin)
        {
            headers.AccessControlAllowOrigin = "*";
            return;
        }

        headers.Vary = HeaderNames.Origin;
        var origin = context.Request.Headers.Origin.ToString();
        if (options.Origins.Contains(origin, StringComparer.OrdinalIgnoreCase))
        {
            headers.AccessControlAllowOrigin = origin;
            headers.AccessControlAllowCredentials = "true";
        }
    }

    /// <summary>Answers a preflight.</summary>
    public static void AnswerPreflight(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.AccessControlAllowMethods = "GET, HEAD";
        headers.AccessControlAllowHeaders = "Last-Event-ID, X-Requested-With, Cache-Control, Authorization";
        headers.AccessControlMaxAge = "600";
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }
}
