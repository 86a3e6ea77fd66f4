using System.Collections.Concurrent;
using SseFabric.Channels.Sources;
using SseFabric.Contracts;

namespace SseFabric.Cluster.Kit;

/// <summary>A server in this process that the silos of a cluster subscribe to; each silo has a source of its own.</summary>
internal sealed class SourceHub
{
    private readonly ConcurrentDictionary<IChannelSourceObserver, ChannelName> _observers = new();

    /// <summary>Whether subscribes succeed.</summary>
    public bool IsReachable { get; set; } = true;

    public int Subscriptions => _observers.Count;

    public int SubscriptionsOf(string channel) => _observers.Count(observer => observer.Value.Value == channel);

    public void Publish(string channel, string text)
    {
        foreach (var (observer, name) in _observers)
        {
            if (name.Value == channel)
            {
                observer.OnMessage(System.Text.Encoding.UTF8.GetBytes(text));
            }
        }
    }

    public IChannelSource Connect() => new Source(this);

    private sealed class Source(SourceHub hub) : IChannelSource
    {
        public string Description => "a hub in this process";

        public ValueTask<bool> SubscribeAsync(ChannelName channel, IChannelSourceObserver observer, CancellationToken cancellationToken)
        {
            if (hub.IsReachable && hub._observers.TryAdd(observer, channel))
            {
                observer.OnSubscribed();
            }

            return new(hub.IsReachable);
        }

        public void Unsubscribe(ChannelName channel, IChannelSourceObserver observer) => hub._observers.TryRemove(observer, out _);
    }
}
