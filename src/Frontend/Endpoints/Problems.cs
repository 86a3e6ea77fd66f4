using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;

namespace SseFabric.Frontend.Endpoints;

/// <summary>Answers that say what is wrong with a request (RFC 9457), before any header of a stream.</summary>
internal static class Problems
{
    /// <param name="context">The request.</param>
    /// <param name="status">The HTTP status.</param>
    /// <param name="type">A stable word for programs.</param>
    /// <param name="detail">A sentence for people.</param>
    /// <param name="more">Further members of the answer.</param>
    public static Task WriteAsync(HttpContext context, int status, string type, string detail, params ReadOnlySpan<KeyValuePair<string, object?>> more)
    {
        context.Response.StatusCode = status;
        var problem = new ProblemDetails
        {
            Type = $"urn:ssefabric:problem:{type}",
            Title = ReasonPhrases.GetReasonPhrase(status),
            Status = status,
            Detail = detail,
        };
        foreach (var (name, value) in more)
        {
            problem.Extensions.Add(name, value);
        }

        return context.Response.WriteAsJsonAsync(problem, options: null, contentType: "application/problem+json", context.RequestAborted);
    }
}
