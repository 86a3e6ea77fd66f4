using SseFabric.Channels.Configuration;
using SseFabric.Contracts;
using SseFabric.Frontend.Endpoints;
using SseFabric.Frontend.Hosting;
using SseFabric.Frontend.Tracing;

namespace SseFabric.Frontend.Publishing;

/// <summary>Publishing over HTTP: <c>POST /channels/{channel}/events</c>, and <see cref="PublishOptions.Path"/> for any channels.</summary>
/// <remarks>
/// A request is judged in this order: method, key or peer, the rest of its head, the body while it comes in, and everything that is in it. Only then
/// anything is published: what is for one channel at once, channel by channel, up to the first that refuses.
/// </remarks>
internal sealed class PublishEndpoint(
    PublishAccess access, PublishCors cors, FrontendState state, BodyGate gate, ChannelRules rules, IChannelFabric fabric)
{
    private delegate ValueTask<PublishRefusal?> BodyReader(PublishRequest request, RequestBody body, Publication publication);

    /// <summary>Maps both.</summary>
    public static void Map(IEndpointRouteBuilder routes, FabricOptions options)
    {
        var endpoint = routes.ServiceProvider.GetRequiredService<PublishEndpoint>();
        routes.Map("/channels/{channel}/events", endpoint.HandleEventsAsync);
        if (options.Publish.Path.Length > 0)
        {
            routes.Map(options.Publish.Path, options.HasProfile(FabricOptions.CycloneProfile) ? endpoint.HandleCycloneItemsAsync : endpoint.HandleItemsAsync);
        }
    }

    /// <summary>Answers <c>/channels/{channel}/events</c>.</summary>
    public Task HandleEventsAsync(HttpContext context) => HandleEventsAsync(context, access);

    /// <summary>Answers the same form of a path for those who have been let in already.</summary>
    public Task HandleAdmittedEventsAsync(HttpContext context) => HandleEventsAsync(context, judge: null);

    private async Task HandleEventsAsync(HttpContext context, PublishAccess? judge)
    {
        var parts = await PublishAsync(context, judge, keyInBody: false, (request, body, publication) => EventsBody.ReadAsync(context, request, body, rules, publication));
        if (parts is not null)
        {
            await (EventsBody.IsBatch(context.Request) ? PublishAnswer.WriteBatchAsync(context, parts[0]) : PublishAnswer.WriteEventAsync(context, parts[0].Result));
        }
    }

    /// <summary>Answers <see cref="PublishOptions.Path"/>.</summary>
    public Task HandleItemsAsync(HttpContext context) => HandleItemsAsync(context, PublishAnswer.WriteChannelsAsync);

    /// <summary>Answers <see cref="PublishOptions.Path"/> as cyclone-sse does.</summary>
    public Task HandleCycloneItemsAsync(HttpContext context) => HandleItemsAsync(context, PublishAnswer.WriteCycloneAsync);

    private async Task HandleItemsAsync(HttpContext context, Func<HttpContext, IReadOnlyList<PublishedPart>, Task> write)
    {
        var parts = await PublishAsync(context, access, keyInBody: true, (request, body, publication) => ItemsBody.ReadAsync(context, request, body, access, publication));
        if (parts is not null)
        {
            await write(context, parts);
        }
    }

    /// <summary>Reads and publishes.</summary>
    /// <returns>What each channel answered, all of them having accepted; null if something else has been answered already.</returns>
    private async Task<List<PublishedPart>?> PublishAsync(HttpContext context, PublishAccess? judge, bool keyInBody, BodyReader read)
    {
        if (judge is not null && cors.Apply(context))
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return null;
        }

        if (!HttpMethods.IsPost(context.Request.Method))
        {
            context.Response.Headers.Allow = HttpMethods.Post;
            await Problems.WriteAsync(context, StatusCodes.Status405MethodNotAllowed, "method-not-allowed", $"Events are published with POST; this is {context.Request.Method}.");
            return null;
        }

        using var body = new RequestBody(context, gate);
        var accepted = new List<PublishedPart>();
        try
        {
            if (await PublishAsync(context, judge, keyInBody, read, body, accepted) is not { } refusal)
            {
                return accepted;
            }

            await RefuseAsync(context, refusal, body, accepted);
        }
        catch (BadHttpRequestException bad)
        {
            await Problems.WriteAsync(context, bad.StatusCode, "bad-request", bad.Message);
        }
        catch (Exception gone) when (gone is IOException || (gone is OperationCanceledException && context.RequestAborted.IsCancellationRequested))
        {
            // Nobody is left to be answered.
            context.Abort();
        }

        return null;
    }

    private async Task<PublishRefusal?> PublishAsync(
        HttpContext context, PublishAccess? judge, bool keyInBody, BodyReader read, RequestBody body, List<PublishedPart> accepted)
    {
        var (request, refusal) = await PublishRequest.ReadAsync(context, judge, keyInBody);
        if (request is null)
        {
            return refusal;
        }

        if (state.Phase == FrontendPhase.Draining)
        {
            return PublishRefusal.Draining;
        }

        var publication = new Publication(rules);
        if (await read(request, body, publication) is { } unread)
        {
            return unread;
        }

        if (publication.Count == 0)
        {
            return PublishRefusal.BadRequest("There is no event in it.");
        }

        if (request.Permit.Token is { } token && publication.Parts.FirstOrDefault(part => !token.MayPublish(part.Channel)) is { } other)
        {
            return PublishRefusal.OtherChannel(other.Channel);
        }

        using var span = FrontendTraces.StartPublish(context, publication);
        foreach (var part in publication.Parts)
        {
            var result = await fabric.PublishAsync(part.Channel, part.Events, request.IdempotencyKey, context.RequestAborted);
            if (result.Outcome != PublishOutcome.Accepted)
            {
                FrontendTraces.Failed(result.Outcome.ToString());
                return PublishRefusal.Of(result.Outcome, part.Channel);
            }

            accepted.Add(new PublishedPart(part.Channel, part.Events.Count, result));
        }

        return null;
    }

    private static async Task RefuseAsync(HttpContext context, PublishRefusal refusal, RequestBody body, List<PublishedPart> accepted)
    {
        if (!body.HasLongRest || HttpProtocol.IsHttp2(context.Request.Protocol) || HttpProtocol.IsHttp3(context.Request.Protocol))
        {
            await PublishAnswer.WriteRefusalAsync(context, refusal, accepted);
            return;
        }

        context.Response.Headers.Connection = "close";
        await PublishAnswer.WriteRefusalAsync(context, refusal, accepted);
        await context.Response.CompleteAsync();
        await body.LingerAsync();
    }
}
