using System.Collections.Concurrent;
using SseFabric.TestKit.Waiting;

namespace SseFabric.TestKit.Delivery;

/// <summary>The oracle of delivery: knows what was published, what arrived where, and what was told; finds every loss, repeat and disorder.</summary>
/// <remarks>Publishing and joining: any thread, but one publisher a channel, which publishes in the order in which it asked for payloads.</remarks>
public sealed class DeliveryLedger
{
    private readonly ConcurrentDictionary<string, long> _published = [];
    private readonly ConcurrentQueue<LedgerSubscriber> _subscribers = [];

    public IReadOnlyCollection<LedgerSubscriber> Subscribers => _subscribers;

    /// <summary>Events that have not arrived and are not behind a later one either, over all subscribers.</summary>
    public long Outstanding => _subscribers.Sum(subscriber => subscriber.Outstanding);

    /// <summary>Registers the next event of a channel and makes its payload. Call it before publishing.</summary>
    public byte[] NextPayload(string channel, int size = 0) =>
        DeliveryPayload.Create(channel, _published.AddOrUpdate(channel, 1, (_, last) => last + 1), size);

    /// <summary>The sequence of the newest event of a channel; 0 if there is none.</summary>
    public long PublishedOn(string channel) => _published.GetValueOrDefault(channel);

    /// <summary>A subscriber that is to get everything that is published from now on.</summary>
    public LedgerSubscriber Join(string name, params IEnumerable<string> channels)
    {
        var subscriber = new LedgerSubscriber(this, name, channels);
        _subscribers.Enqueue(subscriber);
        return subscriber;
    }

    /// <summary>Waits until every subscriber has got the newest event of each of its channels.</summary>
    public Task WaitForTailAsync(TimeSpan timeout) =>
        Eventually.SeeAsync(
            "the newest event of each channel at every subscriber",
            () => Outstanding,
            left => left == 0,
            timeout,
            show: left => $"{left} deliveries outstanding; {Verify()}");

    /// <summary>Finds every deviation from "each event once, in order".</summary>
    public LedgerReport Verify() => VerifyExcept();

    /// <summary>The same, but events within a window may be missing where the subscriber was told, between the neighbours that it did get.</summary>
    public LedgerReport VerifyExcept(params IReadOnlyList<LossWindow> windows)
    {
        var lost = 0L;
        var faults = new List<LedgerFault>();
        foreach (var subscriber in _subscribers)
        {
            faults.AddRange(subscriber.Verify(windows, ref lost));
        }

        var (arrived, told) = (_subscribers.Sum(subscriber => subscriber.Arrived), _subscribers.Sum(subscriber => subscriber.Told));
        return new LedgerReport(_subscribers.Count, _published.Values.Sum(), arrived, lost, told, faults);
    }
}
