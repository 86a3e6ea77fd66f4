using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.TestingHost;
using SseFabric.Channels.Configuration;
using SseFabric.Channels.Sources;
using SseFabric.Grains;
using SseFabric.Grains.Hosting;
using SseFabric.Grains.Membership;
using SseFabric.TestKit.Waiting;

namespace SseFabric.Cluster.Kit;

/// <summary>Silos and frontends in this process: Orleans' own TestCluster with the fabric in each silo.</summary>
internal sealed class FabricCluster : IAsyncDisposable
{
    // In memory a port is but a name. TestCluster's own allocator looks for free ones of the machine, and finds none beside a load test.
    private const int FirstPort = 20_000;

    private readonly List<InProcessSiloHandle> _silos = [];
    private readonly List<ClusterRole> _roles;

    private FabricCluster(InProcessTestCluster inner, List<ClusterRole> roles) => (Inner, _roles) = (inner, roles);

    public InProcessTestCluster Inner { get; }

    /// <summary>In the order of their roles, also those that were stopped.</summary>
    public IReadOnlyList<InProcessSiloHandle> Silos => _silos;

    public static async Task<FabricCluster> StartAsync(
        IReadOnlyList<ClusterRole> roles, IReadOnlyList<ChannelRule>? rules = null, Func<IChannelSource>? source = null, string redis = "",
        Action<ISiloBuilder>? configure = null)
    {
        var options = new InProcessTestClusterBuilder(0).Options;
        List<ClusterRole> all = [];
        options.ConfigureFileLogging = false;
        options.UseRealEnvironmentStatistics = true;

        // The silos' manifests differ: frontends have no channels.
        options.AssumeHomogenousSilosForTesting = false;
        options.SiloHostConfigurationDelegates.Add((silo, host) => host.UseOrleans(orleans =>
        {
            orleans.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning).AddFilter("Orleans", LogLevel.None).AddConsole());
            var role = all[silo.SiloPort - FirstPort];
            orleans.Services.AddSingleton(role == ClusterRole.Frontend || source is null ? new NoSource() : source());
            orleans.AddChannels(new FabricOptions { Redis = redis, Channels = [.. rules ?? []] }, role);
            orleans.Configure<ClusterMembershipOptions>(MembershipTuning.Apply);
            configure?.Invoke(orleans);
        }));
        var cluster = new FabricCluster(new InProcessTestCluster(options, new TestClusterPortAllocator()), all);
        foreach (var role in roles)
        {
            await cluster.AddAsync(role);
        }

        // A silo knows the others a moment before it knows what grains they have.
        await Eventually.SeeAsync(
            "every silo's grains on every silo",
            () => cluster.Silos.Min(silo => silo.ServiceProvider.GetRequiredService<IClusterManifestProvider>().Current.Silos.Count),
            count => count == roles.Count);
        return cluster;
    }

    public async Task AddAsync(ClusterRole role)
    {
        _roles.Add(role);
        var place = _silos.Count;
        _silos.Add(await Inner.CreateSiloAsync(new InProcessTestSiloSpecificOptions { SiloName = $"silo-{place}", SiloPort = FirstPort + place }));
    }

    public T Service<T>(int silo)
        where T : notnull =>
        Silos[silo].ServiceProvider.GetRequiredService<T>();

    public ClusterFabric Fabric(int silo) => Service<ClusterFabric>(silo);

    public SiloAddress Address(int silo) => Silos[silo].SiloAddress;

    /// <summary>The activations of a grain class on each silo, by its place in <see cref="Silos"/>.</summary>
    public async Task<IReadOnlyList<int>> ActivationsAsync<TGrain>()
    {
        var statistics = await Service<IGrainFactory>(_silos.FindIndex(silo => silo.IsActive)).GetGrain<IManagementGrain>(0).GetDetailedGrainStatistics();
        return [.. Silos.Select(silo => statistics
            .Count(row => row.SiloAddress.Equals(silo.SiloAddress) && row.GrainType.Contains(typeof(TGrain).Name, StringComparison.Ordinal)))];
    }

    /// <summary>Without a word to the others.</summary>
    public Task KillAsync(int silo) => Inner.KillSiloAsync(_silos[silo]);

    public Task StopAsync(int silo) => Inner.StopSiloAsync(_silos[silo]);

    public async ValueTask DisposeAsync()
    {
        foreach (var silo in _silos.Where(silo => silo.IsActive))
        {
            await silo.StopSiloAsync(stopGracefully: true);
        }

        foreach (var silo in _silos)
        {
            await silo.DisposeAsync();
        }

        await Inner.DisposeAsync();
    }
}
