using Microsoft.AspNetCore.Http.Features;
using SseFabric.Channels.Configuration;
using SseFabric.Frontend.Endpoints;
using SseFabric.Frontend.Management;
using SseFabric.Frontend.Subscribers;

namespace SseFabric.Frontend.Profiles;

/// <summary>What cyclone-sse serves: streams and polls at <c>/</c>, and at <c>/stats</c> how many subscribers each channel has.</summary>
internal sealed class CycloneEndpoint(StreamServer server, StreamProfiles profiles, FanOut fanOut, StreamOptions options)
{
    /// <summary>Maps both. The counts are management's, but open to everybody without a key, as the original's are.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoint = routes.ServiceProvider.GetRequiredService<CycloneEndpoint>();
        routes.Map("/", endpoint.HandleStreamAsync);
        var access = routes.ServiceProvider.GetRequiredService<ManagementAccess>();
        routes.MapMethods("/stats", [HttpMethods.Get, HttpMethods.Head], access.HasKey ? access.Guard(endpoint.HandleStatsAsync) : endpoint.HandleStatsAsync)
            .WithMetadata(ManagementPath.Instance);
    }

    private async Task HandleStreamAsync(HttpContext context)
    {
        profiles.Cyclone.Common?.Invoke(context);
        var method = context.Request.Method;
        if (HttpMethods.IsOptions(method))
        {
            CycloneCors.AnswerPreflight(context);
            return;
        }

        if (!HttpMethods.IsGet(method) && !HttpMethods.IsHead(method))
        {
            context.Response.Headers.Allow = profiles.Cyclone.AllowedMethods;
            await Problems.WriteAsync(context, StatusCodes.Status405MethodNotAllowed, "method-not-allowed", $"A stream is read with {profiles.Cyclone.AllowedMethods}; this is {method}.");
            return;
        }

        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (CycloneRequest.ReadChannels(target, options.MaxChannels, out var channels) is { } error)
        {
            await Problems.WriteAsync(context, StatusCodes.Status400BadRequest, "bad-channels", error);
            return;
        }

        var isPoll = profiles.Cyclone.IsPoll(context.Request, isInQuery: false);
        await server.ServeAsync(context, new StreamOffer(channels, context.Request.Headers["Last-Event-ID"], isPoll) { Profile = profiles.Cyclone });
    }

    private async Task HandleStatsAsync(HttpContext context)
    {
        var counts = await fanOut.CountAsync();
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.WriteAsJsonAsync(counts.Select(count => new object[] { count.Channel.Value, count.Subscribers }), context.RequestAborted);
    }
}
