using Microsoft.AspNetCore.Http.Features;
using SseFabric.Channels.Configuration;
using SseFabric.Contracts.Stats;
using SseFabric.Frontend.Endpoints;
using SseFabric.Frontend.Management;

namespace SseFabric.Frontend.Profiles;

/// <summary>What cyclone-sse serves: streams and polls at <c>/</c>, and at <c>/stats</c> how many subscribers each channel has.</summary>
internal sealed class CycloneEndpoint(StreamServer server, StreamProfiles profiles, IFabricStats stats, StreamOptions options)
{
    /// <summary>Whether it is mapped, and its <c>/stats</c> stands in place of the fabric's own.</summary>
    public static bool IsMapped(FabricOptions options) => options.HasProfile(FabricOptions.CycloneProfile) && options.Stream.Path.Length > 0;

    /// <summary>Maps both. The counts are management's, but open to everybody without a key, as the original's are.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoint = routes.ServiceProvider.GetRequiredService<CycloneEndpoint>();
        routes.Map("/", endpoint.HandleStreamAsync);
        var access = routes.ServiceProvider.GetRequiredService<ManagementAccess>();
        routes.MapMethods(StatsEndpoint.Path, [HttpMethods.Get, HttpMethods.Head], access.HasKey ? access.Guard(endpoint.HandleStatsAsync) : endpoint.HandleStatsAsync)
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
        var channels = (await stats.ReadAsync(context.RequestAborted)).Channels;
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.WriteAsJsonAsync(channels.Select(channel => new object[] { channel.Channel.Value, channel.Subscribers }), context.RequestAborted);
    }
}
