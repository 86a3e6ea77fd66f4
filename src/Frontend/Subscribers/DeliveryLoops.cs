namespace SseFabric.Frontend.Subscribers;

/// <summary>The delivery loops of this process. Any thread.</summary>
internal sealed class DeliveryLoops(IReadOnlyList<DeliveryLoop> loops) : IDisposable
{
    private uint _next;

    public IReadOnlyList<DeliveryLoop> All => loops;

    /// <summary>The loop for the next subscriber that can be on any.</summary>
    public DeliveryLoop Next() => loops[(int)(Interlocked.Increment(ref _next) % (uint)loops.Count)];

    public void Dispose()
    {
        foreach (var loop in loops)
        {
            loop.Dispose();
        }
    }
}
