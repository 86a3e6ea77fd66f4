using SseFabric.Channels.Configuration;
using SseFabric.Channels.Hosting;
using SseFabric.Frontend.Subscribers;

namespace SseFabric.Frontend.Hosting;

/// <summary>Moves <see cref="FrontendState"/> along with the host that the frontend runs in, and closes the streams before anything else ends.</summary>
internal sealed partial class FrontendLifetime(
    IHostApplicationLifetime lifetime,
    FrontendState state,
    FanOut fanOut,
    FrontendMetrics metrics,
    FabricOptions options,
    MessageOrigins origins,
    ILogger<FrontendLifetime> logger) : IHostedLifecycleService
{
    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        Log.Configured(logger, OptionsDescription.Of(options));
        if (options.Cluster.Role == ClusterRole.Frontend)
        {
            origins.Add($"the silos of cluster {options.Cluster.ClusterId}");
        }

        lifetime.ApplicationStarted.Register(state.BecomeReady);
        lifetime.ApplicationStopping.Register(state.BeginDraining);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    /// <remarks>The listener still answers meanwhile: new requests are sent elsewhere, and readiness is off.</remarks>
    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        metrics.DrainBegan();
        return fanOut.DrainAsync(options.Drain.Window).WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
