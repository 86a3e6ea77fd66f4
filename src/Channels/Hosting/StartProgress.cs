namespace SseFabric.Channels.Hosting;

/// <summary>Whether the program has started. Any thread.</summary>
internal sealed class StartProgress
{
    private volatile bool _isStarted;

    /// <summary>Whether everything runs.</summary>
    public bool IsStarted => _isStarted;

    /// <summary>Everything runs.</summary>
    public void Started() => _isStarted = true;
}
