using System.Net;
using System.Text;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging.Abstractions;
using SseFabric.Channels.Configuration;
using SseFabric.Frontend.Authorization;
using SseFabric.Frontend.Hosting;
using SseFabric.Frontend.Publishing;
using SseFabric.TestKit.Http;
using SseFabric.Unit.RespDoor;

namespace SseFabric.Unit.Publishing;

/// <summary>The endpoint without a server, on a fabric that answers as it is told.</summary>
internal sealed class PublishUnderTest
{
    public RecordingFabric Fabric { get; } = new();

    public FrontendState State { get; } = new();

    public BodyGate Gate { get; init; } = new();

    public PublishOptions Options { get; } = new();

    public IPAddress? Peer { get; set; } = IPAddress.Loopback;

    public Task<HttpAnswer> PostAsync(string target, string body, string contentType = "application/json") =>
        PostAsync(target, new MemoryStream(Encoding.UTF8.GetBytes(body)), contentType);

    public async Task<HttpAnswer> PostAsync(string target, Stream body, string contentType)
    {
        var context = new DefaultHttpContext();
        context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = target;
        context.Connection.RemoteIpAddress = Peer;
        context.Request.Method = HttpMethods.Post;
        context.Request.Protocol = HttpProtocol.Http2;
        context.Request.ContentType = contentType;
        context.Request.Body = body;
        var answer = new MemoryStream();
        context.Response.Body = answer;
        var cors = new CorsService(Microsoft.Extensions.Options.Options.Create(new Microsoft.AspNetCore.Cors.Infrastructure.CorsOptions()), NullLoggerFactory.Instance);
        var endpoint = new PublishEndpoint(new PublishAccess(Options, new RevokedTokens(), new TokenAuthority(new AuthOptions(), TimeProvider.System)), new PublishCors(Options, cors), State, Gate, new ChannelRules([]), Fabric);
        await (target.StartsWith("/channels/", StringComparison.Ordinal) ? endpoint.HandleEventsAsync(context) : endpoint.HandleItemsAsync(context));
        await context.Response.BodyWriter.FlushAsync();
        var headers = context.Response.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        return new HttpAnswer(context.Response.StatusCode, Encoding.UTF8.GetString(answer.ToArray()), headers);
    }
}
