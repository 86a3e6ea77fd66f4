using Microsoft.AspNetCore.Cors.Infrastructure;
using SseFabric.Channels.Configuration;

namespace SseFabric.Frontend.Publishing;

/// <summary>Lets pages of listed origins read the answers to what they publish. Immutable; any thread.</summary>
/// <remarks>Without the middleware, which would cost every stream a service scope for its whole life.</remarks>
internal sealed class PublishCors(PublishOptions options, ICorsService cors)
{
    private static readonly TimeSpan s_preflightMaxAge = TimeSpan.FromMinutes(10);

    private readonly CorsPolicy? _policy = options.Origins.Count == 0 ? null : new CorsPolicyBuilder([.. options.Origins])
        .WithMethods(HttpMethods.Post).AllowAnyHeader().WithExposedHeaders(PublishAnswer.ReplayedHeader, "Retry-After")
        .SetPreflightMaxAge(s_preflightMaxAge).Build();

    /// <summary>Sets the headers.</summary>
    /// <returns>Whether the request was a preflight, which is answered with them.</returns>
    public bool Apply(HttpContext context)
    {
        if (_policy is null || context.Request.Headers.Origin.Count == 0)
        {
            return false;
        }

        var result = cors.EvaluatePolicy(context, _policy);
        cors.ApplyResult(result, context.Response);
        return result.IsPreflightRequest;
    }
}
