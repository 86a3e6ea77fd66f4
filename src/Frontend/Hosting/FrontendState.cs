namespace SseFabric.Frontend.Hosting;

/// <summary>Where this frontend is in its life. Any thread; it only ever moves forward.</summary>
public sealed class FrontendState
{
    private volatile FrontendPhase _phase;

    /// <summary>The phase.</summary>
    public FrontendPhase Phase => _phase;

    /// <summary>Everything runs. Without effect once draining has begun.</summary>
#pragma warning disable CS0420 // Interlocked is as strong as volatile.
    public void BecomeReady() => Interlocked.CompareExchange(ref _phase, FrontendPhase.Ready, FrontendPhase.Starting);
#pragma warning restore CS0420

    /// <summary>The end has begun.</summary>
    public void BeginDraining() => _phase = FrontendPhase.Draining;
}
