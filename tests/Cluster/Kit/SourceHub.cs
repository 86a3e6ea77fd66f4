using System.Collections.Concurrent;
using System.Text;
using SseFabric.Channels.Sources;
using SseFabric.Contracts;

namespace SseFabric.Cluster.Kit;

/// <summary>A server in this process that the silos of a cluster subscribe to; each silo has a source of its own.</summary>
internal sealed class SourceHub
{
    private readonly ConcurrentDictionary<IChannelSourceObserver, ChannelName> _observers = new();
    private readonly Lock _order = new();
    private int _sources;

    /// <summary>Whether subscribes succeed.</summary>
    public bool IsReachable { get; set; } = true;

    /// <summary>Whether it gives everybody one order, and says so.</summary>
    public bool IsOrdered { get; init; }

    /// <summary>Whether each silo hears another server of a cluster of servers.</summary>
    public bool IsManyServers { get; init; }

    /// <summary>Called for each fence with the number of the silo's source, from 1, instead of publishing it; null: it is published.</summary>
    public Func<int, ValueTask<bool>>? OnFence { get; set; }

    /// <summary>Awaited by each subscribe; null: nothing is.</summary>
    public Func<Task>? OnSubscribe { get; set; }

    public int Subscriptions => _observers.Count;

    public int SubscriptionsOf(string channel) => _observers.Count(observer => observer.Value.Value == channel);

    public void Publish(string channel, string text)
    {
        lock (_order)
        {
            foreach (var (observer, name) in _observers)
            {
                if (name.Value == channel)
                {
                    observer.OnMessage(Encoding.UTF8.GetBytes(text));
                }
            }
        }
    }

    public IChannelSource Connect() => new Source(this, Interlocked.Increment(ref _sources));

    private sealed class Source(SourceHub hub, int number) : IOrderedSource
    {
        public string Description => "a hub in this process";

        public string ServerId => hub.IsManyServers ? $"server {number}" : "the server";

        public IOrderedSource? OrderOf(ChannelName channel) => hub.IsOrdered ? this : null;

        public async ValueTask<bool> SubscribeAsync(ChannelName channel, IChannelSourceObserver observer, CancellationToken cancellationToken)
        {
            await (hub.OnSubscribe?.Invoke() ?? Task.CompletedTask);
            lock (hub._order)
            {
                if (hub.IsReachable && hub._observers.TryAdd(observer, channel))
                {
                    observer.OnSubscribed();
                }
            }

            return hub.IsReachable;
        }

        public void Unsubscribe(ChannelName channel, IChannelSourceObserver observer)
        {
            lock (hub._order)
            {
                hub._observers.TryRemove(observer, out _);
            }
        }

        public ValueTask<bool> PublishFenceAsync(ChannelName fence, CancellationToken cancellationToken)
        {
            if (hub.OnFence is { } instead)
            {
                return instead(number);
            }

            hub.Publish(fence.Value, "");
            return new(true);
        }
    }
}
