using System.Collections.Concurrent;
using SseFabric.Channels.Sources;
using SseFabric.Contracts;

namespace SseFabric.Unit.Subscribers;

/// <summary>A source that is up, away or lost as a test says.</summary>
internal sealed class ManualSource : IChannelSource
{
    private readonly ConcurrentDictionary<ChannelName, IChannelSourceObserver> _observers = [];
    private TaskCompletionSource? _pending;
    private int _subscribes;

    public string Description => "a test";

    public bool IsAway { get; set; }

    public int Subscribes => Volatile.Read(ref _subscribes);

    public int Subscriptions => _observers.Count;

    /// <summary>Subscribes wait until <see cref="Answer"/>.</summary>
    public void Hold() => _pending = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Answer() => Interlocked.Exchange(ref _pending, null)?.SetResult();

    public async ValueTask<bool> SubscribeAsync(ChannelName channel, IChannelSourceObserver observer, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _subscribes);
        if (_pending is { } pending)
        {
            await pending.Task;
        }

        if (IsAway)
        {
            return false;
        }

        Assert.True(_observers.TryAdd(channel, observer), $"{channel} has two observers.");
        observer.OnSubscribed();
        return true;
    }

    public void Unsubscribe(ChannelName channel, IChannelSourceObserver observer) =>
        _observers.TryRemove(KeyValuePair.Create(channel, observer));

    public void Publish(string channel, ReadOnlySpan<byte> payload) => _observers[ChannelName.Parse(channel)].OnMessage(payload.ToArray());

    public void Oversized(string channel) => _observers[ChannelName.Parse(channel)].OnOversized(1 << 30);

    public void Lose()
    {
        foreach (var observer in _observers.Values)
        {
            observer.OnLost();
        }
    }

    public void Return()
    {
        foreach (var observer in _observers.Values)
        {
            observer.OnSubscribed();
        }
    }
}
