using System.Collections.Concurrent;
using System.Text;
using SseFabric.Channels.Configuration;
using SseFabric.Channels.Resp;
using SseFabric.Contracts;

namespace SseFabric.Channels.Sources;

/// <summary>The channels that are subscribed, and what the present connection owes them. Any thread; lookups take no lock.</summary>
internal sealed class SourceSubscriptionTable
{
    private readonly Lock _lock = new();
    private readonly byte[] _prefix;
    private readonly ChannelRules _rules;
    private readonly ConcurrentDictionary<byte[], SourceSubscription> _byKey = new(ByteKeyComparer.Instance);
    private readonly ConcurrentDictionary<byte[], SourceSubscription>.AlternateLookup<ReadOnlySpan<byte>> _bySpan;
    private ISourceCommandQueue? _connection;

    public SourceSubscriptionTable(byte[] prefix, ChannelRules rules)
    {
        _prefix = prefix;
        _rules = rules;
        _bySpan = _byKey.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    /// <summary>Channels that are subscribed or on their way there or back.</summary>
    public int Count => _byKey.Count;

    /// <summary>A channel's name on the server.</summary>
    public string KeyText(ChannelName channel) => Encoding.UTF8.GetString(Key(channel));

    public SourceSubscription? Find(ReadOnlySpan<byte> key) => _bySpan.TryGetValue(key, out var subscription) ? subscription : null;

    /// <summary>Subscribes a channel. The task tells whether the observer hears it; false at once while there is no connection.</summary>
    public Task<bool> Add(ChannelName channel, IChannelSourceObserver observer)
    {
        var key = Key(channel);
        lock (_lock)
        {
            if (_byKey.TryGetValue(key, out var subscription) && subscription.Observer == observer)
            {
                return subscription.Heard.Task;
            }

            if (subscription?.Observer is not null)
            {
                throw new InvalidOperationException($"Channel '{channel}' has another observer.");
            }

            if (_connection is null)
            {
                return Task.FromResult(false);
            }

            if (subscription is null)
            {
                subscription = new SourceSubscription(channel, key, _rules.For(channel).MaxEventBytes);
                _byKey[key] = subscription;
            }

            subscription.Unconfirmed++;
            subscription.Heard = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            subscription.Observer = observer;
            _connection.Enqueue(SourceCommandKind.Subscribe, subscription);
            return subscription.Heard.Task;
        }
    }

    /// <summary>Ends a channel's subscription; its observer hears nothing more once this has returned.</summary>
    public void Remove(ChannelName channel, IChannelSourceObserver observer)
    {
        SourceSubscription? subscription;
        lock (_lock)
        {
            if (!_byKey.TryGetValue(Key(channel), out subscription) || subscription.Observer != observer)
            {
                return;
            }

            Forget(subscription);
            if (_connection is null)
            {
                _byKey.TryRemove(subscription.Key, out _);
            }
            else
            {
                subscription.Unconfirmed++;
                _connection.Enqueue(SourceCommandKind.Unsubscribe, subscription);
            }
        }

        subscription.AwaitDelivery();
    }

    /// <summary>Takes a new connection and subscribes everything on it.</summary>
    /// <returns>How many channels that is.</returns>
    public int Attach(ISourceCommandQueue connection)
    {
        lock (_lock)
        {
            _connection = connection;
            foreach (var subscription in _byKey.Values)
            {
                subscription.Unconfirmed = 1;
                connection.Enqueue(SourceCommandKind.Subscribe, subscription);
            }

            return _byKey.Count;
        }
    }

    /// <summary>The connection is gone: tells those who heard something, and fails those who were about to. On the source's loop.</summary>
    public void Detach()
    {
        var lost = new List<SourceSubscription>();
        lock (_lock)
        {
            _connection = null;
            foreach (var subscription in _byKey.Values)
            {
                if (subscription.Observer is null || !subscription.Heard.Task.IsCompleted)
                {
                    Forget(subscription);
                    _byKey.TryRemove(subscription.Key, out _);
                }
                else if (!subscription.IsLost)
                {
                    subscription.IsLost = true;
                    lost.Add(subscription);
                }
            }
        }

        lost.ForEach(static subscription => subscription.TellLost());
    }

    /// <summary>The server has carried out one command for the channel. On the source's loop.</summary>
    public void Confirm(SourceSubscription subscription)
    {
        TaskCompletionSource<bool> heard;
        lock (_lock)
        {
            if (--subscription.Unconfirmed > 0)
            {
                return;
            }

            if (subscription.Observer is null)
            {
                _byKey.TryRemove(subscription.Key, out _);
                return;
            }

            subscription.IsLost = false;
            heard = subscription.Heard;
        }

        // First the observer, then who waits for it: an attach that returns must find the channel in its new epoch.
        subscription.TellSubscribed();
        heard.TrySetResult(true);
    }

    /// <summary>The server has refused a command for the channel. On the source's loop.</summary>
    /// <remarks>It refuses a command as a whole: one forbidden channel must not cost the others theirs, so each is tried again alone.</remarks>
    /// <returns>Whether that is the end of it: a channel that was heard before stays lost, another is not subscribed.</returns>
    public bool Refuse(SourceSubscription subscription, SourceCommandKind kind)
    {
        lock (_lock)
        {
            if (--subscription.Unconfirmed > 0)
            {
                return false;
            }

            if (subscription.Observer is not null && kind != SourceCommandKind.SubscribeAlone)
            {
                subscription.Unconfirmed = 1;
                _connection!.Enqueue(SourceCommandKind.SubscribeAlone, subscription);
                return false;
            }

            if (!subscription.IsLost)
            {
                Forget(subscription);
                _byKey.TryRemove(subscription.Key, out _);
            }

            return true;
        }
    }

    private static void Forget(SourceSubscription subscription)
    {
        subscription.Observer = null;
        subscription.IsLost = false;
        subscription.Heard.TrySetResult(false);
    }

    private byte[] Key(ChannelName channel) => [.. _prefix, .. Encoding.UTF8.GetBytes(channel.Value)];
}
