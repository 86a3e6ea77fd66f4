using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.TestingHost;
using SseFabric.Channels.Configuration;
using SseFabric.Channels.Sources;
using SseFabric.Grains;
using SseFabric.Grains.Hosting;
using SseFabric.Grains.Membership;

namespace SseFabric.Cluster.Kit;

/// <summary>Silos and frontends in this process: Orleans' own TestCluster with the fabric in each silo.</summary>
internal sealed class FabricCluster : IAsyncDisposable
{
    private FabricCluster(InProcessTestCluster inner, IReadOnlyList<ClusterRole> roles)
    {
        Inner = inner;
        Roles = roles;
    }

    public InProcessTestCluster Inner { get; }

    public IReadOnlyList<ClusterRole> Roles { get; }

    public IReadOnlyList<InProcessSiloHandle> Silos => Inner.Silos;

    public static async Task<FabricCluster> StartAsync(
        IReadOnlyList<ClusterRole> roles, IReadOnlyList<ChannelRule>? rules = null, Action<IServiceCollection>? services = null)
    {
        var builder = new InProcessTestClusterBuilder((short)roles.Count);
        builder.Options.ConfigureFileLogging = false;
        builder.Options.InitializeClientOnDeploy = false;
        builder.Options.UseRealEnvironmentStatistics = true;

        // Its silos' manifests differ: frontends have no channels.
        builder.Options.AssumeHomogenousSilosForTesting = false;
        builder.ConfigureSilo((silo, orleans) =>
        {
            orleans.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning).AddFilter("Orleans", LogLevel.None).AddConsole());
            services?.Invoke(orleans.Services);
            orleans.Services.AddSingleton<IChannelSource>(new NoSource());
            orleans.AddChannels(new FabricOptions { Channels = [.. rules ?? []] }, roles[IndexOf(silo.SiloName, roles.Count)]);
            orleans.Configure<ClusterMembershipOptions>(MembershipTuning.Apply);
        });
        var cluster = new FabricCluster(builder.Build(), roles);
        await cluster.Inner.DeployAsync();
        return cluster;
    }

    public T Service<T>(int silo)
        where T : notnull =>
        Silos[silo].ServiceProvider.GetRequiredService<T>();

    public ClusterFabric Fabric(int silo) => Service<ClusterFabric>(silo);

    public SiloAddress Address(int silo) => Silos[silo].SiloAddress;

    public async ValueTask DisposeAsync() => await Inner.DisposeAsync();

    // Silos are named Primary, Secondary_1, Secondary_2 or Silo_0, Silo_1; one that is started later takes the last role.
    private static int IndexOf(string name, int count) =>
        name.LastIndexOf('_') is >= 0 and var at && int.TryParse(name[(at + 1)..], out var index) ? Math.Min(index, count - 1) : 0;
}
