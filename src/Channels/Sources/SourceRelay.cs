using SseFabric.Contracts;

namespace SseFabric.Channels.Sources;

/// <summary>Hears a channel for an owner that is still to come: keeps what comes behind a fence, and hands everything on once there is an owner. Any thread.</summary>
/// <remarks>What is kept counts in the gate: if it is too much, the source waits.</remarks>
/// <param name="source">The source.</param>
/// <param name="channel">The channel.</param>
/// <param name="gate">Bounds what is kept.</param>
public sealed class SourceRelay(IChannelSource source, ChannelName channel, IngestGate gate) : IChannelSourceObserver, IDisposable
{
    // For the objects around a message.
    private const long FlatBytes = 128;

    private readonly Lock _lock = new();
    private readonly Queue<(Action<IChannelSourceObserver> Tell, long Size)> _kept = new();
    private IChannelSourceObserver? _owner;
    private bool _isKeeping;

    /// <summary>The channel.</summary>
    public ChannelName Channel => channel;

    /// <summary>Begins to hear the channel; nothing is kept yet.</summary>
    /// <returns>False if the source can't be heard now.</returns>
    public ValueTask<bool> ListenAsync(CancellationToken cancellationToken) => source.SubscribeAsync(channel, this, cancellationToken);

    /// <summary>Keeps what comes from now on. On the source's loop, at the fence.</summary>
    public void Keep()
    {
        lock (_lock)
        {
            _isKeeping = true;
        }
    }

    /// <summary>Hands on what was kept, then all that comes.</summary>
    public void HandTo(IChannelSourceObserver owner)
    {
        lock (_lock)
        {
            while (_kept.TryDequeue(out var kept))
            {
                kept.Tell(owner);
                gate.Release(kept.Size);
            }

            _owner = owner;
        }
    }

    /// <summary>Hears the channel no more, and forgets what was kept.</summary>
    public void Dispose()
    {
        source.Unsubscribe(channel, this);
        lock (_lock)
        {
            _isKeeping = false;
            while (_kept.TryDequeue(out var kept))
            {
                gate.Release(kept.Size);
            }
        }
    }

    /// <inheritdoc/>
    public void OnMessage(ReadOnlyMemory<byte> payload)
    {
        lock (_lock)
        {
            if (_owner is { } owner)
            {
                owner.OnMessage(payload);
            }
            else
            {
                KeepMessage(payload);
            }
        }
    }

    /// <inheritdoc/>
    public void OnOversized(long length) => Tell(owner => owner.OnOversized(length));

    /// <inheritdoc/>
    public void OnLost() => Tell(static owner => owner.OnLost());

    /// <inheritdoc/>
    public void OnSubscribed() => Tell(static owner => owner.OnSubscribed());

    private void Tell(Action<IChannelSourceObserver> tell)
    {
        lock (_lock)
        {
            if (_owner is { } owner)
            {
                tell(owner);
            }
            else
            {
                Keep(tell, FlatBytes);
            }
        }
    }

    private void KeepMessage(ReadOnlyMemory<byte> payload) => Keep(owner => owner.OnMessage(payload), payload.Length + FlatBytes);

    private void Keep(Action<IChannelSourceObserver> tell, long size)
    {
        if (_isKeeping)
        {
            _kept.Enqueue((tell, size));
            gate.Add(size);
        }
    }
}
