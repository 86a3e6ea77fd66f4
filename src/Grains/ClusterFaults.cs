namespace SseFabric.Grains;

/// <summary>Tells lost infrastructure from bugs.</summary>
internal static class ClusterFaults
{
    /// <summary>Whether a call failed because its target, or the way to it, is not there now: the same call may succeed later.</summary>
    /// <remarks>
    /// Orleans' rejections and dead silos are <see cref="OrleansException"/>s. A silo that stops disposes of its connections and lifetimes under calls
    /// that are still on their way.
    /// </remarks>
    public static bool IsUnreachable(Exception exception) =>
        exception is OrleansException or TimeoutException or ObjectDisposedException or OperationCanceledException or IOException;
}
