using SseFabric.Contracts;

namespace SseFabric.Channels.Sources;

/// <summary>The source of a fabric without Redis: everything is published through the fabric itself.</summary>
public sealed class NoSource : IChannelSource
{
    /// <inheritdoc/>
    public string Description => "the fabric's own publishers";

    /// <inheritdoc/>
    public ValueTask<bool> SubscribeAsync(ChannelName channel, IChannelSourceObserver observer, CancellationToken cancellationToken) => new(true);

    /// <inheritdoc/>
    public void Unsubscribe(ChannelName channel, IChannelSourceObserver observer)
    {
    }

    /// <inheritdoc/>
    public bool IsSilent(ChannelName channel) => true;
}
