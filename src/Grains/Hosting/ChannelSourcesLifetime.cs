using Microsoft.Extensions.Hosting;
using SseFabric.Channels.Configuration;
using SseFabric.Channels.Hosting;
using SseFabric.Channels.Sources;

namespace SseFabric.Grains.Hosting;

/// <summary>Connects the sources when a silo with channels starts.</summary>
internal sealed class ChannelSourcesLifetime(ChannelSources sources, FabricOptions options, SourceMetrics metrics, MessageOrigins origins) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        sources.Start(metrics);
        if (options.Redis.Length > 0 || options.Servers.Count > 0)
        {
            origins.Add(sources.Description);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
