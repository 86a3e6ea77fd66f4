using SseFabric.TestKit.Waiting;

namespace SseFabric.TestKit.Delivery;

/// <summary>Many light subscribers in this process, each feeding a ledger.</summary>
public sealed class SubscriberSwarm : IAsyncDisposable
{
    private const int ConnectingAtOnce = 64;
    private readonly List<SwarmSubscriber> _subscribers = [];

    public IReadOnlyList<SwarmSubscriber> Subscribers => _subscribers;

    public int Connected => _subscribers.Count(subscriber => subscriber.IsConnected);

    /// <summary>Events that have not arrived and are not behind a later one either, over all subscribers.</summary>
    public long Outstanding => _subscribers.Sum(subscriber => subscriber.Record.Outstanding);

    /// <summary>Connects subscribers, the one with index i to <paramref name="target"/>(i), and returns once all have joined their channels.</summary>
    public static async Task<SubscriberSwarm> ConnectAsync(
        DeliveryLedger ledger, int count, Func<int, SwarmTarget> target, SwarmOptions? options = null)
    {
        options ??= SwarmOptions.Default;
        var swarm = new SubscriberSwarm();
        try
        {
            for (var i = 0; i < count; i++)
            {
                swarm._subscribers.Add(new SwarmSubscriber(ledger, $"{options.Prefix}{i}", target(i), options));
            }

            foreach (var group in swarm._subscribers.Chunk(ConnectingAtOnce))
            {
                await Task.WhenAll(group.Select(subscriber => subscriber.JoinAsync()))
                    .Within($"{count} subscribers to join", () => $"{swarm.Connected} have", options.JoinTimeout);
            }

            return swarm;
        }
        catch
        {
            await swarm.DisposeAsync();
            throw;
        }
    }

    /// <summary>Fails with the first reason if any subscriber's stream broke or ended.</summary>
    public void ThrowIfBroken()
    {
        var broken = _subscribers.Where(subscriber => !subscriber.IsConnected).ToList();
        if (broken.Count > 0)
        {
            throw new InvalidOperationException($"{broken.Count} of {_subscribers.Count} streams ended; {broken[0].Name}: {broken[0].EndedBy}");
        }
    }

    /// <summary>Waits until every subscriber has got the newest event of each of its channels.</summary>
    public Task WaitForTailAsync(TimeSpan? timeout = null) =>
        Eventually.SeeAsync("the newest event of each channel at every subscriber", () => Outstanding, left => left == 0, timeout);

    public async ValueTask DisposeAsync()
    {
        foreach (var subscriber in _subscribers)
        {
            await subscriber.DisposeAsync();
        }
    }
}
