using System.Net;

namespace SseFabric.Frontend.Subscribers;

/// <summary>A stream that counts against the limits until it has left. Any thread.</summary>
internal sealed class SubscriberSeat(SubscriberLimits limits, IPAddress? address)
{
    private int _hasLeft;

    /// <summary>It counts no more. Idempotent.</summary>
    public void Leave()
    {
        if (Interlocked.Exchange(ref _hasLeft, 1) == 0)
        {
            limits.Leave(address);
        }
    }
}
