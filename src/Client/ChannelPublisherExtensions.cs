using System.Text;
using System.Text.Json;
using SseFabric.Contracts;

namespace SseFabric.Client;

/// <summary>Shorter ways to publish.</summary>
public static class ChannelPublisherExtensions
{
    /// <summary>Publishes one event with text as its data.</summary>
    /// <param name="publisher">The publisher.</param>
    /// <param name="channel">The channel's name.</param>
    /// <param name="text">The data.</param>
    /// <param name="type">The event's type.</param>
    /// <param name="cancellationToken">Gives up waiting; the event may then have been accepted or not.</param>
    /// <exception cref="FormatException"><paramref name="channel"/> can't be a channel's name.</exception>
    public static ValueTask<PublishAnswer> PublishTextAsync(
        this IChannelPublisher publisher,
        string channel,
        string text,
        string type = NewEvent.DefaultType,
        CancellationToken cancellationToken = default) =>
        publisher.PublishAsync(ChannelName.Parse(channel), [new NewEvent(type, Encoding.UTF8.GetBytes(text))], null, cancellationToken);

    /// <summary>Publishes one event with a value's JSON as its data.</summary>
    /// <param name="publisher">The publisher.</param>
    /// <param name="channel">The channel's name.</param>
    /// <param name="value">What is serialized.</param>
    /// <param name="type">The event's type.</param>
    /// <param name="options">How. Null (the default): as ASP.NET Core does, in camel case.</param>
    /// <param name="cancellationToken">Gives up waiting; the event may then have been accepted or not.</param>
    /// <exception cref="FormatException"><paramref name="channel"/> can't be a channel's name.</exception>
    public static ValueTask<PublishAnswer> PublishJsonAsync<T>(
        this IChannelPublisher publisher,
        string channel,
        T value,
        string type = NewEvent.DefaultType,
        JsonSerializerOptions? options = null,
        CancellationToken cancellationToken = default) =>
        publisher.PublishAsync(
            ChannelName.Parse(channel),
            [new NewEvent(type, JsonSerializer.SerializeToUtf8Bytes(value, options ?? JsonSerializerOptions.Web))],
            null,
            cancellationToken);
}
