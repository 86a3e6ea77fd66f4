namespace SseFabric.Frontend.Publishing;

/// <summary>The bounds of what is published over HTTP, beside the channels' own <c>MaxEventBytes</c>.</summary>
internal static class PublishLimits
{
    /// <summary>The most events of one request; one for several channels counts once for each.</summary>
    public const int MaxEvents = 10_000;

    /// <summary>The largest body of a batch, or of a form, in bytes.</summary>
    public const int MaxBatchBytes = 32 << 20;

    /// <summary>The most bytes of bodies that this process holds at a time.</summary>
    public const long MaxBodyBytes = 256L << 20;
}
