using Microsoft.Extensions.Hosting;

namespace SseFabric.Grains.Feeds;

/// <summary>Runs <see cref="ClusterFabric.KeepAsync"/> while the process runs.</summary>
internal sealed class FeedKeeper(ClusterFabric fabric) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => fabric.KeepAsync(stoppingToken);
}
