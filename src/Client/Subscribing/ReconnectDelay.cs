namespace SseFabric.Client.Subscribing;

/// <summary>How long to wait before the next attempt. One caller.</summary>
/// <remarks>
/// At least what the server named last, and up to half as much again, at random: a server that ends a thousand streams must not get them back in one
/// moment. It doubles with each attempt after the first that brought no response.
/// </remarks>
/// <param name="retry">The wait until the server names one.</param>
/// <param name="longest">What it grows to.</param>
/// <param name="random">0 to 1.</param>
internal sealed class ReconnectDelay(TimeSpan retry, TimeSpan longest, Func<double> random)
{
    // Doubling further would only overflow.
    private const int MaxFailures = 20;

    // Something to double, where no wait at all is wanted.
    private static readonly TimeSpan s_leastAfterFailure = TimeSpan.FromMilliseconds(50);

    private TimeSpan _retry = retry;
    private int _failures;

    /// <summary>The server answered, and may have named a wait.</summary>
    public void Answered(TimeSpan? named)
    {
        _failures = 0;
        _retry = named ?? _retry;
    }

    /// <summary>An attempt brought no stream.</summary>
    public void Failed() => _failures = Math.Min(_failures + 1, MaxFailures);

    /// <summary>The wait.</summary>
    /// <param name="atLeast">What the last response asked for in Retry-After; null if nothing.</param>
    public TimeSpan Next(TimeSpan? atLeast = null)
    {
        var delay = _failures == 0 ? _retry : Grown();
        return (atLeast > delay ? atLeast.Value : delay) * (1 + (random() / 2));
    }

    private TimeSpan Grown()
    {
        var first = _retry > s_leastAfterFailure ? _retry : s_leastAfterFailure;
        var grown = first * Math.Pow(2, _failures - 1);
        return grown < longest ? grown : longest > first ? longest : first;
    }
}
