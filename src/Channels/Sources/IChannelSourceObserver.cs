namespace SseFabric.Channels.Sources;

/// <summary>What a source tells a channel. Called one at a time for a source, in the order of the server's messages across all its channels.</summary>
public interface IChannelSourceObserver
{
    /// <summary>A message. The bytes are the observer's own from here on.</summary>
    void OnMessage(ReadOnlyMemory<byte> payload);

    /// <summary>A message that was larger than the channel's limit; its bytes were read past and are gone.</summary>
    void OnOversized(long length);

    /// <summary>The connection is lost: messages may be missed from here on.</summary>
    void OnLost();

    /// <summary>The server confirmed the subscription, for the first time or again: every message from here on is seen, earlier ones may have been
    /// missed. Called before any of those messages, and before the subscribe completes. A source without a server never calls it.</summary>
    void OnSubscribed();
}
