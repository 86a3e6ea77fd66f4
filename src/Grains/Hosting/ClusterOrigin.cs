using Microsoft.Extensions.Hosting;
using SseFabric.Channels.Hosting;

namespace SseFabric.Grains.Hosting;

/// <summary>Says, for the ready line, that a frontend's messages come from the silos.</summary>
internal sealed class ClusterOrigin(MessageOrigins origins) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        origins.Add("the cluster's silos");
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
