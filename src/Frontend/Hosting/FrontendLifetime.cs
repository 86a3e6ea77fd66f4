namespace SseFabric.Frontend.Hosting;

/// <summary>Moves <see cref="FrontendState"/> along with the host that the frontend runs in.</summary>
internal sealed class FrontendLifetime(IHostApplicationLifetime lifetime, FrontendState state) : IHostedService
{
    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        lifetime.ApplicationStarted.Register(state.BecomeReady);
        lifetime.ApplicationStopping.Register(state.BeginDraining);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
