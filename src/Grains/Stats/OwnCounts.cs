using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using SseFabric.Channels.Configuration;
using SseFabric.Channels.Stats;
using SseFabric.Contracts.Clustering;
using SseFabric.Contracts.Stats;

namespace SseFabric.Grains.Stats;

/// <summary>What this process counts. Any thread.</summary>
internal sealed class OwnCounts(OwnedChannels owned, IServiceProvider services, FabricOptions options, ClusterRole role, IOptions<SiloOptions> silo)
{
    // Asked for late: the frontend's services need the fabric's.
    private readonly Lazy<IFrontendReport?> _frontend = new(services.GetService<IFrontendReport>);

    public ProcessCounts Read()
    {
        var counts = _frontend.Value?.Counts ?? default;
        var owner = owned.Counts;
        return new ProcessCounts(
            silo.Value.SiloName,
            IsFrontend: _frontend.Value is not null,
            IsOwner: role != ClusterRole.Frontend,
            IsDraining: _frontend.Value?.IsDraining == true,
            CanExport: options.Graphite.Server.Length > 0,
            counts.Connected,
            owner.Channels,
            new CountedTotals(counts.Served, counts.Events, counts.Missing, owner.Published),
            _frontend.Value?.Lag.ToArray());
    }

    /// <summary>The channels of its own with the most subscribers.</summary>
    public ChannelCount[] Channels() => Array.ConvertAll(
        owned.Top(FabricStats.MaxChannels), static channel => new ChannelCount(channel.Channel.Value, channel.Subscribers, channel.Rate));
}
