using Microsoft.AspNetCore.Routing.Matching;

namespace SseFabric.Frontend.Management;

/// <summary>With <c>Fabric:Management:Listen</c> set, management paths exist there and nowhere else, and nothing else exists there.</summary>
internal sealed class ManagementListenerPolicy : MatcherPolicy, IEndpointSelectorPolicy
{
    // Before those that tell endpoints of the same path apart, such as by method.
    public override int Order => -10_000;

    public bool AppliesToEndpoints(IReadOnlyList<Endpoint> endpoints) => true;

    public Task ApplyAsync(HttpContext httpContext, CandidateSet candidates)
    {
        var isManagement = ManagementListener.Took(httpContext);
        for (var i = 0; i < candidates.Count; i++)
        {
            if (IsManagement(candidates[i].Endpoint) != isManagement)
            {
                candidates.SetValidity(i, false);
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>Ends requests at the listener that something before the endpoint routing has given an endpoint.</summary>
    public static Task RefuseOthers(HttpContext context, RequestDelegate next)
    {
        if (ManagementListener.Took(context) && context.GetEndpoint() is { } endpoint && !IsManagement(endpoint))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        return next(context);
    }

    private static bool IsManagement(Endpoint endpoint) => endpoint.Metadata.GetMetadata<ManagementPath>() is not null;
}
