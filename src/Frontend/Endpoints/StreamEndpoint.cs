using Microsoft.AspNetCore.Http.Features;
using SseFabric.Channels.Configuration;
using SseFabric.Frontend.Profiles;

namespace SseFabric.Frontend.Endpoints;

/// <summary>The open stream endpoint, native profile: the client names its channels.</summary>
internal sealed class StreamEndpoint(StreamServer server, StreamOptions options, StreamProfiles profiles)
{
    private const string AllowedMethods = "GET, HEAD";

    /// <param name="context">The request.</param>
    /// <param name="channelInPath">Whether the last segment of the path names a channel.</param>
    public async Task HandleAsync(HttpContext context, bool channelInPath)
    {
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.Headers.Allow = AllowedMethods;
            await Problems.WriteAsync(context, StatusCodes.Status405MethodNotAllowed, "method-not-allowed", $"A stream is read with {AllowedMethods}; this is {context.Request.Method}.");
            return;
        }

        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (!StreamRequest.TryRead(target, channelInPath, context.Request.Headers["Last-Event-ID"], options.MaxChannels, out var request, out var error))
        {
            await Problems.WriteAsync(context, StatusCodes.Status400BadRequest, "bad-channels", error);
            return;
        }

        var (accepts, acceptsByName) = StreamRequest.ReadAccept(context.Request.Headers.Accept);
        if (!accepts)
        {
            await Problems.WriteAsync(context, StatusCodes.Status406NotAcceptable, "not-acceptable", "This resource is a text/event-stream; the Accept header excludes it.");
            return;
        }

        await server.ServeAsync(context, new StreamOffer(request.Channels, request.LastEventId, request.IsPoll)
        {
            AcceptsByName = acceptsByName,
            Profile = request.IsNamed ? profiles.Named : null,
        });
    }
}
