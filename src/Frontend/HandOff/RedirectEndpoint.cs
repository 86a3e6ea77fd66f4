using Microsoft.AspNetCore.Http.Features;
using SseFabric.Frontend.Endpoints;
using SseFabric.Frontend.Subscribers;

namespace SseFabric.Frontend.HandOff;

/// <summary>Where a proxy passes an application's <c>X-Accel-Redirect</c>: the application has named the channels.</summary>
internal sealed class RedirectEndpoint(HandOffServer server, RedirectAccess access, FrontendMetrics metrics)
{
    public async Task HandleAsync(HttpContext context)
    {
        if (await server.RefuseMethodAsync(context))
        {
            return;
        }

        if (!RedirectQuery.TryRead(QueryOf(context), out var query, out var error))
        {
            await Problems.WriteAsync(context, StatusCodes.Status400BadRequest, "bad-channels", error);
            return;
        }

        if (access.Refusal(context, query) is { } refusal)
        {
            await Problems.WriteAsync(context, StatusCodes.Status403Forbidden, "redirect-refused", refusal);
            return;
        }

        metrics.HandedOff(HandOffKind.Redirect);
        await server.ServeAsync(context, query.Channels, query.LastEventId, query.IsPoll);
    }

    private static ReadOnlySpan<char> QueryOf(HttpContext context)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var mark = target.IndexOf('?', StringComparison.Ordinal);
        return mark < 0 ? [] : target.AsSpan(mark + 1);
    }
}
