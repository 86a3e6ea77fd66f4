using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SseFabric.Client;
using SseFabric.Client.Clustering;
using SseFabric.Cluster.Kit;

namespace SseFabric.Cluster.Client;

/// <summary>A cluster of real processes, and an application that is its Orleans client.</summary>
public sealed class GrainPublisherFixture : IAsyncLifetime
{
    private IHost? _application;

    internal ProcessCluster Cluster { get; private set; } = null!;

    internal IChannelPublisher Publisher => _application!.Services.GetRequiredService<IChannelPublisher>();

    public async ValueTask InitializeAsync()
    {
        Cluster = await ProcessCluster.StartAsync(
            1, 1, "--Fabric:Channels:0:Match=*", "--Fabric:Channels:0:MaxEventBytes=4096", "--Fabric:Channels:0:History:Count=1000");
        _application = await StartApplicationAsync(Cluster);
    }

    public async ValueTask DisposeAsync()
    {
        if (_application is not null)
        {
            await _application.StopAsync();
            _application.Dispose();
        }

        if (Cluster is not null)
        {
            await Cluster.DisposeAsync();
        }
    }

    internal static async Task<IHost> StartApplicationAsync(ProcessCluster cluster)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSseFabricPublisher(options => options.Redis = cluster.Redis.Configuration);
        var application = builder.Build();
        await application.StartAsync(TestContext.Current.CancellationToken);
        return application;
    }
}
