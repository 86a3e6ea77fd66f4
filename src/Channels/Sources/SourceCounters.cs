namespace SseFabric.Channels.Sources;

/// <summary>What a source has seen since its start. Written by its one reader; read by any thread.</summary>
internal sealed class SourceCounters
{
    private long _messages;
    private long _bytes;
    private long _oversized;
    private long _losses;

    /// <summary>Messages received for channels that were subscribed.</summary>
    public long Messages => Volatile.Read(ref _messages);

    /// <summary>Payload bytes of <see cref="Messages"/>.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Messages that were larger than their channel's limit.</summary>
    public long Oversized => Volatile.Read(ref _oversized);

    /// <summary>Times that an established connection was lost.</summary>
    public long Losses => Volatile.Read(ref _losses);

    public void MessageReceived(int bytes)
    {
        Volatile.Write(ref _messages, _messages + 1);
        Volatile.Write(ref _bytes, _bytes + bytes);
    }

    public void OversizedSeen() => Volatile.Write(ref _oversized, _oversized + 1);

    public void ConnectionLost() => Volatile.Write(ref _losses, _losses + 1);
}
