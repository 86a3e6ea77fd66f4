using System.Text;
using SseFabric.Channels.Sources;
using SseFabric.Contracts;

namespace SseFabric.Unit.Sources;

/// <summary>A server in the test's hands: whoever hears it gets everything in one order, on the publisher's thread.</summary>
internal sealed class OrderedHub
{
    private readonly List<(ChannelName Channel, IChannelSourceObserver Observer)> _observers = [];

    public int Observers => _observers.Count;

    public void Publish(string channel, string text)
    {
        foreach (var (name, observer) in _observers.ToArray())
        {
            if (name.Value == channel)
            {
                observer.OnMessage(Encoding.UTF8.GetBytes(text));
            }
        }
    }

    /// <summary>The connections break.</summary>
    public void Lose() => _observers.ForEach(observer => observer.Observer.OnLost());

    /// <summary>They are made again.</summary>
    public void Return() => _observers.ForEach(observer => observer.Observer.OnSubscribed());

    public IOrderedSource Connect(string? serverId = "the only one") => new Source(this, serverId);

    private sealed class Source(OrderedHub hub, string? serverId) : IOrderedSource
    {
        public string Description => "a hub";

        public string? ServerId => serverId;

        public IOrderedSource OrderOf(ChannelName channel) => this;

        public ValueTask<bool> SubscribeAsync(ChannelName channel, IChannelSourceObserver observer, CancellationToken cancellationToken)
        {
            hub._observers.Add((channel, observer));
            observer.OnSubscribed();
            return new(true);
        }

        public void Unsubscribe(ChannelName channel, IChannelSourceObserver observer) => hub._observers.Remove((channel, observer));

        public ValueTask<bool> PublishFenceAsync(ChannelName fence, CancellationToken cancellationToken)
        {
            hub.Publish(fence.Value, "");
            return new(true);
        }
    }
}
