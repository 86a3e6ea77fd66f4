
namespace SseFabric.Client.Clustering;

/// <summary>Lets the client's start wait for a cluster that isn't there yet. One caller.</summary>
internal sealed class GatewayWait(ClusterPublisherOptions options, TimeProvider time) : IClientConnectionRetryFilter
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(500);

    private readonly long _begin = time.GetTimestamp();

    public async Task<bool> ShouldRetryConnectionAttempt(Exception exception, CancellationToken cancellationToken)
    {
        if (time.GetElapsedTime(_begin) >= options.ConnectTimeout)
        {
            return false;
        }

        await Task.Delay(s_pause, time, cancellationToken);
        return true;
    }
}
