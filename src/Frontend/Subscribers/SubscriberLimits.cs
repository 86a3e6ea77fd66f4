using System.Collections.Concurrent;
using System.Net;
using SseFabric.Channels.Configuration;

namespace SseFabric.Frontend.Subscribers;

/// <summary>Counts streams against <see cref="StreamOptions.MaxSubscribers"/> and <see cref="StreamOptions.MaxPerAddress"/>. Any thread.</summary>
internal sealed class SubscriberLimits(StreamOptions options)
{
    private readonly ConcurrentDictionary<IPAddress, int> _byAddress = new();
    private int _total;

    /// <summary>Counts a stream in. Unless <see cref="LimitOutcome.Entered"/> it was not counted.</summary>
    /// <param name="address">The client's address; null: it isn't known, or is none of IP.</param>
    /// <param name="seat">What counts it out again; null: nothing has been counted.</param>
    public LimitOutcome TryEnter(IPAddress? address, out SubscriberSeat? seat)
    {
        var outcome = TryEnter(address);
        seat = outcome == LimitOutcome.Entered && (options.MaxSubscribers > 0 || options.MaxPerAddress > 0) ? new SubscriberSeat(this, address) : null;
        return outcome;
    }

    /// <summary>Counts a stream in. Unless <see cref="LimitOutcome.Entered"/> it was not counted.</summary>
    public LimitOutcome TryEnter(IPAddress? address)
    {
        if (options.MaxSubscribers > 0 && Interlocked.Increment(ref _total) > options.MaxSubscribers)
        {
            Interlocked.Decrement(ref _total);
            return LimitOutcome.Total;
        }

        if (options.MaxPerAddress > 0 && address is not null && _byAddress.AddOrUpdate(address, 1, static (_, count) => count + 1) > options.MaxPerAddress)
        {
            Leave(address);
            return LimitOutcome.Address;
        }

        return LimitOutcome.Entered;
    }

    /// <summary>Counts a stream out.</summary>
    public void Leave(IPAddress? address)
    {
        if (options.MaxSubscribers > 0)
        {
            Interlocked.Decrement(ref _total);
        }

        if (options.MaxPerAddress > 0 && address is not null && _byAddress.AddOrUpdate(address, 0, static (_, count) => count - 1) == 0)
        {
            // Only if it is still zero: somebody may have entered meanwhile.
            _byAddress.TryRemove(KeyValuePair.Create(address, 0));
        }
    }
}
