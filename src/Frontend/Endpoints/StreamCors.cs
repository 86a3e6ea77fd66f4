using Microsoft.AspNetCore.Cors.Infrastructure;
using SseFabric.Channels.Configuration;
using CorsOptions = SseFabric.Channels.Configuration.CorsOptions;

namespace SseFabric.Frontend.Endpoints;

/// <summary>Which pages of other origins may read streams, and what is answered in their place. Immutable; any thread.</summary>
internal sealed class StreamCors(StreamOptions options, ICorsService cors)
{
    private static readonly TimeSpan s_preflightMaxAge = TimeSpan.FromMinutes(10);

    /// <summary>As the middleware takes it; null: none may.</summary>
    public CorsPolicy? Policy { get; } = options.Cors.Origins.Count == 0 ? null : PolicyOf(options.Cors);

    /// <summary>Sets the headers of an answer at an endpoint without the policy.</summary>
    public void Apply(HttpContext context)
    {
        if (Policy is not null && context.Request.Headers.Origin.Count > 0)
        {
            cors.ApplyResult(cors.EvaluatePolicy(context, Policy), context.Response);
        }
    }

    private static CorsPolicy PolicyOf(CorsOptions options)
    {
        var policy = new CorsPolicyBuilder().WithOrigins([.. options.Origins]).WithMethods(HttpMethods.Get, HttpMethods.Head).WithExposedHeaders(BusyAnswer.Header, "Retry-After")
            .WithHeaders("Last-Event-ID", "Cache-Control", "Authorization", "X-Requested-With").SetPreflightMaxAge(s_preflightMaxAge);
        if (!options.Origins.Contains("*"))
        {
            // Of one origin alone, the framework would leave out "Vary: Origin", and a cache could give one page's answer to another.
            policy.AllowCredentials().SetIsOriginAllowed(origin => options.Origins.Contains(origin, StringComparer.OrdinalIgnoreCase));
        }

        return policy.Build();
    }
}
