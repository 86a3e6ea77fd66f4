namespace SseFabric.Frontend.Publishing;

/// <summary>Bounds the bytes of request bodies that are held at a time. Any thread.</summary>
internal sealed class BodyGate(long maxBytes)
{
    private long _bytes;

    /// <summary>A gate of <see cref="PublishLimits.MaxBodyBytes"/>.</summary>
    public BodyGate()
        : this(PublishLimits.MaxBodyBytes)
    {
    }

    /// <summary>Bytes that are held now.</summary>
    public long HeldBytes => Interlocked.Read(ref _bytes);

    /// <summary>Takes room for more of a body. One that is alone always gets it: its own limit may be above the gate's.</summary>
    /// <param name="bytes">How much more.</param>
    /// <param name="held">What the same body holds already.</param>
    public bool TryTake(long bytes, long held)
    {
        var all = Interlocked.Add(ref _bytes, bytes);
        if (all <= maxBytes || all == held + bytes)
        {
            return true;
        }

        Release(bytes);
        return false;
    }

    /// <summary>Gives room back.</summary>
    public void Release(long bytes) => Interlocked.Add(ref _bytes, -bytes);
}
