using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using SseFabric.Channels.Configuration;
using SseFabric.Channels.Hosting;
using SseFabric.Contracts;
using SseFabric.Contracts.Stats;
using SseFabric.Frontend.Hosting;
using SseFabric.TestKit.Http;
using SseFabric.TestKit.Processes;
using SseFabric.TestKit.Redis;
using SseFabric.TestKit.Waiting;

namespace SseFabric.EndToEnd.HandOff;

/// <summary>The frontend in the tests' process, with a route that gives every path to an application, and a publisher at its RESP door.</summary>
internal sealed class GovernedFabric : IAsyncDisposable
{
    private readonly WebApplication _app;

    private GovernedFabric(WebApplication app, RedisClient publisher)
    {
        _app = app;
        Publisher = publisher;
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }

    public Uri Address { get; }

    public RedisClient Publisher { get; }

    public static async Task<GovernedFabric> StartAsync(Uri upstream, params string[] args)
    {
        var door = FreePort.Next();
        ProgramStart.TryRead([$"--Fabric:RespDoor:Listen=127.0.0.1:{door}", "--port", "0", "--Fabric:Drain:Window=00:00:00", "--Logging:LogLevel:Default=Error", .. Route(upstream), .. args], FabricProgram.Frontend, out var start);
        var builder = FrontendBuilder.Create(start!);
        builder.Services.AddSseFabric(start!.Options);
        var app = builder.Build();
        app.UseProblemDetails();
        app.MapSseFabric();
        await app.StartAsync();
        return new GovernedFabric(app, await RedisClient.ConnectAsync(new IPEndPoint(IPAddress.Loopback, door)));
    }

    /// <summary>The arguments that give every path to an application.</summary>
    public static string[] Route(Uri upstream) => ["--Fabric:Routes:0:Path=^", $"--Fabric:Routes:0:Upstream={upstream}"];

    /// <summary>Waits until a channel has so many subscribers: one may be counted a moment after its stream has begun.</summary>
    public Task SeeSubscribersAsync(string channel, int count) => Eventually.SeeAsync(
        $"{count} subscribers of {channel}",
        async () => (await _app.Services.GetRequiredService<IFabricStats>().ReadAsync(ChannelName.Parse(channel), CancellationToken.None))?.Subscribers,
        subscribers => subscribers == count);

    public Task<RawHttpConnection> ConnectAsync() => RawHttpConnection.ConnectAsync(Address);

    public Uri At(string path) => new(Address, path);

    public async ValueTask DisposeAsync()
    {
        await Publisher.DisposeAsync();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
