using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using SseFabric.Channels.Configuration;
using SseFabric.Frontend.Endpoints;
using SseFabric.Frontend.Profiles;
using SseFabric.Frontend.Routing;
using RouteOptions = SseFabric.Channels.Configuration.RouteOptions;

namespace SseFabric.Unit.Routing;

/// <summary>A route and a request as the server makes it of a target and headers.</summary>
internal static class RouteUnderTest
{
    public static RouteTable Table(params RouteOptions[] routes) => new(routes, new StreamProfiles(new FabricOptions(), TimeProvider.System), "native", Addresses);

    /// <summary>A request that has nothing.</summary>
    public static HttpRequest Bare => new DefaultHttpContext().Request;

    private static ClientAddress Addresses { get; } = new([]);

    public static RouteChannels Expand(string[] templates, string target, string pattern, string? cookies = null, params (string Name, string Value)[] headers)
    {
        var context = new DefaultHttpContext { Request = { Host = new HostString("Example.ORG", 8080) } };
        context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = target;
        context.Request.Headers.Cookie = cookies;
        foreach (var (name, value) in headers)
        {
            context.Request.Headers[name] = StringValues.Concat(context.Request.Headers[name], value);
        }

        var match = Table(new RouteOptions { Path = pattern, Channels = [.. templates] }).Match(RoutePath.OfTarget(target, default), context.Request);
        return match!.Entry.ChannelsOf(new RouteVariables(context.Request, match, Addresses));
    }
}
