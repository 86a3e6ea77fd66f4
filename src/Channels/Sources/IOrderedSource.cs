using SseFabric.Contracts;

namespace SseFabric.Channels.Sources;

/// <summary>A source whose server gives all who hear it the messages of all channels in one order. Any thread.</summary>
/// <remarks>So a message on a channel of the fabric's own, a fence, cuts the sequence of each of them at the same place.</remarks>
public interface IOrderedSource : IChannelSource
{
    /// <summary>The server that gives the order now, by a name that no other has; null: there is no connection, or the server doesn't tell.</summary>
    string? ServerId { get; }

    /// <summary>Publishes an empty message where this source hears it.</summary>
    /// <returns>False if that is not possible now.</returns>
    ValueTask<bool> PublishFenceAsync(ChannelName fence, CancellationToken cancellationToken);
}
