using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Logging;
using SseFabric.Frontend.Hosting;
using SseFabric.TestKit.Http;
using SseFabric.TestKit.Processes;

namespace SseFabric.EndToEnd.HandOff;

/// <summary>Redirects and publishes to a host that believes every forwarded header, as applications behind proxies do.</summary>
[Trait("Suite", "EndToEnd")]
public sealed class EmbeddedRedirectTests : IAsyncLifetime
{
    private const string ClientHeader = "X-Client";
    private readonly Uri _address = new($"http://127.0.0.1:{FreePort.Next()}");
    private WebApplication _app = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSseFabric(options => options.RespDoor.Listen = "");
        _app = builder.Build();
        _app.Urls.Add(_address.ToString());
        var everybody = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.All };
        everybody.KnownIPNetworks.Clear();
        everybody.KnownProxies.Clear();
        _app.UseForwardedHeaders(everybody);
        _app.Use((context, next) =>
        {
            if (context.Request.Headers[ClientHeader].ToString() is { Length: > 0 } client)
            {
                context.Connection.RemoteIpAddress = IPAddress.Parse(client);
            }

            return next(context);
        });
        _app.MapSseFabric();
        await _app.StartAsync();
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Theory]
    [InlineData("127.0.0.1", "203.0.113.9", 200)]
    [InlineData("127.0.0.2", "127.0.0.1", 403)]
    [InlineData("127.0.0.2", "::1", 403)]
    public async Task Get_HostThatBelievesForwardedHeaders_TheConnectionsPeerCounts(string peer, string forwarded, int status)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Parse(peer), 0));
        await using var connection = await RawHttpConnection.ConnectAsync(socket, _address);

        await connection.GetAsync("/redisse/?a", "Accept: text/event-stream", $"X-Forwarded-For: {forwarded}");

        Assert.Equal(status, connection.Status);
    }

    [Theory]
    [InlineData("Accept: */*", 200)]
    [InlineData("X-Forwarded-For: 127.0.0.1", 403)]
    [InlineData("X-Forwarded-Proto: http", 403)]
    [InlineData(ClientHeader + ": 203.0.113.9", 200)]
    public async Task Publish_HostThatBelievesForwardedHeaders_TheConnectionsPeerCounts(string header, int status)
    {
        const string form = "channel=a&message=x";
        await using var connection = await RawHttpConnection.ConnectAsync(_address);

        await connection.SendAsync($"POST /publish HTTP/1.1\r\nHost: localhost\r\n{header}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {form.Length}\r\n\r\n{form}");
        await connection.ReadHeadAsync();

        Assert.Equal(status, connection.Status);
    }
}
