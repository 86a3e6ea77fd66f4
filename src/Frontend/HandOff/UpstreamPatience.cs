namespace SseFabric.Frontend.HandOff;

/// <summary>How long an application is waited for. Time counts only while it is the application that is waited for. One caller at a time.</summary>
internal sealed class UpstreamPatience : IDisposable
{
    private readonly CancellationTokenSource _over;
    private readonly CancellationTokenRegistration _gone;
    private readonly CancellationToken _clientGone;

    public UpstreamPatience(TimeProvider time, CancellationToken clientGone)
    {
        _over = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _clientGone = clientGone;
        _gone = clientGone.UnsafeRegister(static over => ((CancellationTokenSource)over!).Cancel(), _over);
    }

    /// <summary>Cancelled when the time is over, or the client gone.</summary>
    public CancellationToken Token => _over.Token;

    public bool IsTimeOver => _over.IsCancellationRequested && !_clientGone.IsCancellationRequested;

    public void Begin(TimeSpan limit) => _over.CancelAfter(limit);

    public void Pause() => _over.CancelAfter(Timeout.InfiniteTimeSpan);

    public void Dispose()
    {
        _gone.Dispose();
        _over.Dispose();
    }
}
