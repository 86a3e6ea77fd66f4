using SseFabric.Channels.Configuration;
using SseFabric.Contracts;
using SseFabric.Frontend.Endpoints;
using SseFabric.Frontend.Profiles;

namespace SseFabric.Frontend.HandOff;

/// <summary>Serves channels that an application has named, as far as they are a stream: it looks as <c>Fabric:Profile</c> says.</summary>
internal sealed class HandOffServer(StreamServer server, StreamProfiles profiles, FabricOptions options)
{
    private const string AllowedMethods = "GET, HEAD";
    private readonly StreamProfile _profile = profiles.Find(options.Profile) ?? throw new FormatException($"There is no profile {options.Profile}.");

    /// <summary>Writes what every answer has, and answers 405 to a method that reads nothing.</summary>
    /// <returns>Whether the request has been answered.</returns>
    public async ValueTask<bool> RefuseMethodAsync(HttpContext context)
    {
        _profile.Common?.Invoke(context);
        if (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method))
        {
            return false;
        }

        context.Response.Headers.Allow = AllowedMethods;
        await Problems.WriteAsync(context, StatusCodes.Status405MethodNotAllowed, "method-not-allowed", $"A stream is read with {AllowedMethods}; this is {context.Request.Method}.");
        return true;
    }

    /// <param name="context">The request.</param>
    /// <param name="named">The channels; repeated ones count once.</param>
    /// <param name="lastEventId">What counts without the header <c>Last-Event-ID</c>; null: nothing.</param>
    /// <param name="isPoll">Whether <c>polling</c> is in the query.</param>
    public async Task ServeAsync(HttpContext context, IEnumerable<ChannelName> named, string? lastEventId, bool isPoll)
    {
        var channels = named.Distinct().ToArray();
        if (channels.Length == 0)
        {
            await Problems.WriteAsync(context, StatusCodes.Status404NotFound, "no-channel", "There is no channel for this request.");
            return;
        }

        var maxChannels = options.HandOff.MaxChannels;
        if (channels.Length > maxChannels)
        {
            await Problems.WriteAsync(context, StatusCodes.Status400BadRequest, "bad-channels", $"A hand-off may name at most {maxChannels} channels; this one names {channels.Length}.");
            return;
        }

        var (accepts, acceptsByName) = StreamRequest.ReadAccept(context.Request.Headers.Accept);
        if (!accepts && !_profile.IgnoresAccept)
        {
            await Problems.WriteAsync(context, StatusCodes.Status406NotAcceptable, "not-acceptable", "This resource is a text/event-stream; the Accept header excludes it.");
            return;
        }

        var header = context.Request.Headers["Last-Event-ID"].ToString();
        await server.ServeAsync(context, new StreamOffer(channels, header.Length > 0 ? header : lastEventId, _profile.IsPoll(context.Request, isPoll))
        {
            IsHandOff = true,
            AcceptsByName = acceptsByName,
            Profile = _profile,
        });
    }
}
