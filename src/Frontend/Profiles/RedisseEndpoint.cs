using Microsoft.AspNetCore.Http.Features;
using SseFabric.Channels.Configuration;
using SseFabric.Contracts.Stats;
using SseFabric.Frontend.Authorization;
using SseFabric.Frontend.Endpoints;
using SseFabric.Frontend.Management;

namespace SseFabric.Frontend.Profiles;

/// <summary>What redisse serves, at any path: streams and polls, and to who accepts JSON how many there are.</summary>
internal sealed class RedisseEndpoint(StreamServer server, StreamProfiles profiles, IFabricStats stats, ManagementAccess access, TokenAuthority tokens, StreamOptions options)
{
    private const string EventStream = "text/event-stream";
    private const string Json = "application/json";
    private const string AllowedMethods = "GET, HEAD";

    public static IEndpointConventionBuilder Map(IEndpointRouteBuilder routes)
    {
        var endpoint = routes.ServiceProvider.GetRequiredService<RedisseEndpoint>();
        return routes.Map("/{**path}", endpoint.HandleAsync);
    }

    private async Task HandleAsync(HttpContext context)
    {
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.Headers.Allow = AllowedMethods;
            await PlainText.WriteAsync(context, StatusCodes.Status405MethodNotAllowed, "405 Method Not Allowed\n");
            return;
        }

        var accept = context.Request.Headers.Accept;
        if (RedisseRequest.AcceptsByName(accept, Json))
        {
            // They are management's, but open to everybody without a key, as the original's are.
            RequestDelegate counts = access.HasKey ? access.Guard(WriteStatsAsync) : WriteStatsAsync;
            await counts(context);
            return;
        }

        if (!RedisseRequest.AcceptsByName(accept, EventStream))
        {
            await PlainText.WriteAsync(
                context, StatusCodes.Status406NotAcceptable, $"406 Not Acceptable\nThis resource can only be represented as {EventStream}.\n");
            return;
        }

        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (!RedisseRequest.TryRead(target, options.MaxChannels, tokens.Validator is not null, out var request, out var error))
        {
            await PlainText.WriteAsync(context, StatusCodes.Status400BadRequest, $"400 Bad Request\n{error}\n");
            return;
        }

        if (request.Channels.Length == 0)
        {
            await PlainText.WriteAsync(context, StatusCodes.Status404NotFound, "404 Not Found\n");
            return;
        }

        var header = context.Request.Headers["Last-Event-ID"].ToString();
        var lastEventId = header.Length > 0 ? header : request.LastEventId;
        await server.ServeAsync(context, new StreamOffer(request.Channels, lastEventId, request.IsPoll) { AcceptsByName = true, Profile = profiles.Redisse });
    }

    private async Task WriteStatsAsync(HttpContext context)
    {
        var counts = (await stats.ReadAsync(context.RequestAborted)).Totals;
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.WriteAsJsonAsync(
            new { connected = counts.Connected, served = counts.Served, events = counts.Events, missing = counts.Missing },
            options: null,
            Json,
            context.RequestAborted);
    }
}
