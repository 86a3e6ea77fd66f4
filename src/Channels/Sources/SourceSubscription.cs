using SseFabric.Contracts;

namespace SseFabric.Channels.Sources;

/// <summary>A channel's subscription on the server, from the first command to the last confirmation.</summary>
/// <remarks>
/// The source's lock guards everything but the delivery. Delivery has a lock of its own, so that an observer that is taken away can be sure to hear
/// nothing more; it is never held together with the source's.
/// </remarks>
internal sealed class SourceSubscription(ChannelName channel, byte[] key, int maxEventBytes)
{
    private readonly Lock _delivery = new();
    private volatile IChannelSourceObserver? _observer;
    private volatile int _unconfirmed;

    public ChannelName Channel { get; } = channel;

    /// <summary>The channel's name on the server.</summary>
    public byte[] Key { get; } = key;

    public int MaxEventBytes { get; } = maxEventBytes;

    /// <summary>Who hears the channel; null: nobody any more, and the entry goes with the last confirmation.</summary>
    public IChannelSourceObserver? Observer
    {
        get => _observer;
        set => _observer = value;
    }

    /// <summary>Commands that the server has not confirmed. It does so in order, so at 0 its state is the last one's.</summary>
    public int Unconfirmed
    {
        get => _unconfirmed;
        set => _unconfirmed = value;
    }

    /// <summary>Whether the observer has been told that the connection is lost.</summary>
    public bool IsLost { get; set; }

    /// <summary>Told when the observer hears the channel (true), or that it never will (false).</summary>
    public TaskCompletionSource<bool> Heard { get; set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Hands on a message; the bytes are the observer's own from here on.</summary>
    public void Deliver(byte[] payload)
    {
        lock (_delivery)
        {
            // What comes before the last confirmation belongs to a subscription that has ended.
            if (_unconfirmed == 0)
            {
                _observer?.OnMessage(payload);
            }
        }
    }

    public void TellOversized(long length)
    {
        lock (_delivery)
        {
            if (_unconfirmed == 0)
            {
                _observer?.OnOversized(length);
            }
        }
    }

    public void TellLost()
    {
        lock (_delivery)
        {
            _observer?.OnLost();
        }
    }

    public void TellSubscribed()
    {
        lock (_delivery)
        {
            if (_unconfirmed == 0)
            {
                _observer?.OnSubscribed();
            }
        }
    }

    /// <summary>Returns once no call to an observer that was taken away before is under way.</summary>
    public void AwaitDelivery()
    {
        lock (_delivery)
        {
        }
    }
}
