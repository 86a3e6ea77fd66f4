using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SseFabric.Client;
using SseFabric.Client.Clustering;
using SseFabric.Cluster.Kit;
using SseFabric.TestKit.Processes;

namespace SseFabric.Cluster.Client;

/// <summary>A cluster of real processes, and an application that is its Orleans client.</summary>
public sealed class GrainPublisherFixture : IAsyncLifetime
{
    private readonly FixtureNeeds _needs = new();
    private ProcessCluster? _cluster;
    private IHost? _application;

    internal ProcessCluster Cluster => _needs.Of(_cluster);

    internal IChannelPublisher Publisher => _needs.Of(_application).Services.GetRequiredService<IChannelPublisher>();

    public ValueTask InitializeAsync() => _needs.StartAsync(async () =>
    {
        _cluster = await ProcessCluster.StartAsync(
            1, 1, "--Fabric:Channels:0:Match=*", "--Fabric:Channels:0:MaxEventBytes=4096", "--Fabric:Channels:0:History:Count=1000");
        _application = await StartApplicationAsync(_cluster);
    });

    public async ValueTask DisposeAsync()
    {
        if (_application is not null)
        {
            await _application.StopAsync();
            _application.Dispose();
        }

        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
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
