using Microsoft.Extensions.Hosting;
using SseFabric.Channels.Configuration;
using SseFabric.Channels.Sources;

namespace SseFabric.Channels.Hosting;

/// <summary>Connects the sources when the process starts, and keeps the <c>AlwaysOn</c> channels subscribed while it runs.</summary>
internal sealed class LocalFabricLifetime(LocalFabric fabric, ChannelSources sources, FabricOptions options, SourceMetrics metrics, MessageOrigins origins) : BackgroundService
{
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        sources.Start(metrics);
        if (options.Redis.Length > 0 || options.Servers.Count > 0)
        {
            origins.Add(sources.Description);
        }

        return base.StartAsync(cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => fabric.KeepAlwaysOnAsync(stoppingToken);
}
