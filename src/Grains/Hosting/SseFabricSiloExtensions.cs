using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using SseFabric.Channels.Configuration;
using SseFabric.Channels.Hosting;
using SseFabric.Channels.Sources;
using SseFabric.Grains.Membership;
using ClusterOptions = Orleans.Configuration.ClusterOptions;

namespace SseFabric.Grains.Hosting;

/// <summary>Makes a process a silo of the fabric.</summary>
public static class SseFabricSiloExtensions
{
    private const string ServiceId = "sse-fabric";
    private const int DefaultMaxMessageBytes = 100 << 20;

    /// <summary>Makes this process a silo: of the cluster that <paramref name="options"/> name, or alone, on a free port of the loopback address and with
    /// nothing written anywhere.</summary>
    /// <remarks>Registers the <see cref="Contracts.IChannelFabric"/> of the cluster, and with channels the sources, unless there are some.</remarks>
    /// <param name="silo">The silo.</param>
    /// <param name="options">Validated options.</param>
    /// <param name="role">What the silo does.</param>
    public static ISiloBuilder UseSseFabric(this ISiloBuilder silo, FabricOptions options, ClusterRole role)
    {
        silo.AddChannels(options, role);
        silo.AddSources(options, role);
        silo.Configure<ClusterMembershipOptions>(MembershipTuning.Apply);
        silo.Configure<SiloOptions>(names => names.SiloName = $"{role}-{Environment.MachineName}-{Environment.ProcessId}".ToLowerInvariant());
        silo.Configure<SiloMessagingOptions>(messaging => messaging.MaxMessageBodySize = MaxMessageBytes(options));
        return options.Cluster.IsMember ? silo.JoinCluster(options) : silo.StayAlone();
    }

    private static void AddSources(this ISiloBuilder silo, FabricOptions options, ClusterRole role)
    {
        silo.Services.TryAddSingleton<MessageOrigins>();
        silo.Services.TryAddSingleton(_ => IngestGate.Default());
        silo.Services.TryAddSingleton<ChannelSources>();
        silo.Services.TryAddSingleton<IChannelSource>(services => services.GetRequiredService<ChannelSources>());
        if (role == ClusterRole.Frontend)
        {
            silo.Services.AddHostedService<ClusterOrigin>();
        }
        else
        {
            // The first channel may be asked for as soon as the others know the silo.
            silo.BeforeStart(ServiceDescriptor.Singleton<IHostedService, ChannelSourcesLifetime>());
        }
    }

    private static ISiloBuilder StayAlone(this ISiloBuilder silo) => silo.UseLocalhostClustering(FreePort(), gatewayPort: 0);

    private static ISiloBuilder JoinCluster(this ISiloBuilder silo, FabricOptions options)
    {
        var cluster = options.Cluster;
        var address = cluster.AdvertisedAddress is { } given ? IPAddress.Parse(given) : OwnAddress();
        silo.Configure<ClusterOptions>(ids =>
        {
            ids.ServiceId = ServiceId;
            ids.ClusterId = cluster.ClusterId;
        });

        // Only on the loopback address where that is all that the others use.
        var any = IPAddress.IsLoopback(address) ? address : IPAddress.Any;
        silo.BeforeStart(ServiceDescriptor.Singleton<IHostedService>(new SiloPortCheck(new IPEndPoint(any, cluster.SiloPort))));
        silo.ConfigureEndpoints(address, cluster.SiloPort, cluster.GatewayPort, listenOnAnyHostAddress: !IPAddress.IsLoopback(address));
        return silo.UseLastingRedisClustering(string.IsNullOrEmpty(cluster.Redis) ? options.Redis : cluster.Redis);
    }

    // Hosted services start in the order of their registration, and the silo's own is there already.
    private static void BeforeStart(this ISiloBuilder silo, ServiceDescriptor service) => silo.Services.Insert(0, service);

    // A batch is an event of any size and whatever fits beside it.
    private static int MaxMessageBytes(FabricOptions options)
    {
        var largest = options.Channels.Select(rule => rule.MaxEventBytes).DefaultIfEmpty().Max();
        return (int)Math.Min(int.MaxValue, DefaultMaxMessageBytes + (long)largest);
    }

    private static IPAddress OwnAddress()
    {
        var addresses = NetworkInterface.GetAllNetworkInterfaces()
            .Where(nic => nic.OperationalStatus == OperationalStatus.Up && nic.NetworkInterfaceType != NetworkInterfaceType.Loopback)
            .SelectMany(nic => nic.GetIPProperties().UnicastAddresses)
            .Select(unicast => unicast.Address)
            .Where(address => !address.IsIPv6LinkLocal)
            .ToArray();
        return Array.Find(addresses, address => address.AddressFamily == AddressFamily.InterNetwork) ?? addresses.FirstOrDefault() ?? IPAddress.Loopback;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
