using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SseFabric.Channels.Configuration;
using SseFabric.Channels.Sources;
using SseFabric.Grains.Hosting;
using SseFabric.TestKit.Processes;

namespace SseFabric.Cluster.Kit;

/// <summary>Silos in this process that talk over TCP, for what is measured.</summary>
internal sealed class TcpSilos : IAsyncDisposable
{
    private readonly List<IHost> _hosts = [];

    public IReadOnlyList<IServiceProvider> Services => [.. _hosts.Select(host => host.Services)];

    public static async Task<TcpSilos> StartAsync(params ClusterRole[] roles)
    {
        var silos = new TcpSilos();
        var first = new IPEndPoint(IPAddress.Loopback, FreePort.Next());
        foreach (var role in roles)
        {
            var builder = Host.CreateEmptyApplicationBuilder(null);
            builder.Services.AddSingleton<IChannelSource>(new NoSource());
            builder.Logging.SetMinimumLevel(LogLevel.None);
            builder.UseOrleans(silo =>
            {
                silo.UseLocalhostClustering(silos._hosts.Count == 0 ? first.Port : FreePort.Next(), 0, first);
                silo.AddChannels(new FabricOptions(), role);
            });
            var host = builder.Build();
            silos._hosts.Add(host);
            await host.StartAsync();
        }

        return silos;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in Enumerable.Reverse(_hosts))
        {
            await host.StopAsync();
            host.Dispose();
        }
    }
}
