using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using SseFabric.Channels.Configuration;
using SseFabric.Frontend.Hosting;
using SseFabric.TestKit.Http;

namespace SseFabric.EndToEnd.Routing;

/// <summary>Routes in somebody else's application, beside its own endpoints.</summary>
[Trait("Suite", "EndToEnd")]
public sealed class EmbeddedRouteTests : IAsyncLifetime
{
    private WebApplication _app = null!;
    private HttpPublisher _http = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSseFabric(new FabricOptions
        {
            RespDoor = { Listen = "" },
            Routes = [new() { Path = @"^/rooms/(\d+)$", Channel = "room_$1" }, new() { Path = "^/shared", Channel = "shared" }],
        });
        _app = builder.Build();
        _app.MapGet("/rooms/{name}", (string name) => $"own {name}");
        _app.MapGet("/shared", () => "own");
        _app.MapFallback(() => "fallback");
        _app.MapSseFabric();
        await _app.StartAsync();
        _http = new HttpPublisher(new Uri(_app.Urls.First()));
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
    }

    [Theory]
    [InlineData("/rooms/3", "room_3")]
    [InlineData("/shared", "shared")]
    public async Task Get_Route_ComesBeforeTheApplicationsEndpoints(string path, string channel)
    {
        await using var client = await SseClient.JoinAsync(new Uri(_app.Urls.First() + path));

        await _http.PublishAsync(channel, "hello");

        Assert.Equal("hello", (await client.NextAsync()).Text);
    }

    [Theory]
    [InlineData("/rooms/red", "own red")]
    [InlineData("/rooms/a%2Fb", "own a%2Fb")]
    [InlineData("/else", "fallback")]
    [InlineData("/stats/own", "fallback")]
    [InlineData("/dashboard/own", "fallback")]
    public async Task Get_OtherPath_IsTheApplications(string path, string body)
    {
        var answer = await _http.SendAsync(HttpMethod.Get, path, null, null);

        Assert.Equal(200, answer.Status);
        Assert.Equal(body, answer.Body);
    }

    [Fact]
    public async Task Get_OpenEndpoint_IsThere()
    {
        await using var client = await SseClient.JoinAsync(new Uri(_app.Urls.First() + "/events?channel=open"));

        Assert.Equal(HttpStatusCode.OK, client.Status);
    }
}
