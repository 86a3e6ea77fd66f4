using SseFabric.Contracts;

namespace SseFabric.Client;

/// <summary>Publishes events to channels. Any thread.</summary>
/// <remarks>
/// The same over HTTP, over Redis, over the Orleans client, and in <see cref="Recording.RecordingPublisher"/>: what is expected to go wrong is an answer,
/// not an exception, and a batch is published in order without another publisher's events between, or not at all.
/// </remarks>
public interface IChannelPublisher
{
    /// <summary>Publishes one or more events to a channel: all in this order without another publisher's between, or none.</summary>
    /// <param name="channel">The channel; it need not have subscribers.</param>
    /// <param name="events">One or more events. Their data must not change before the call has returned.</param>
    /// <param name="idempotencyKey">
    /// A name for this publish, 1 to 255 printable ASCII characters: within five minutes a second publish to the channel under the same key publishes nothing
    /// and is answered like the first, with <see cref="PublishAnswer.IsRepeat"/>. Null (the default): none of the caller's.
    /// </param>
    /// <param name="cancellationToken">Gives up waiting; the events may then have been accepted or not.</param>
    /// <exception cref="ArgumentException">There is no event, the channel is <c>default</c>, or the key is malformed.</exception>
    ValueTask<PublishAnswer> PublishAsync(
        ChannelName channel, IReadOnlyList<NewEvent> events, string? idempotencyKey = null, CancellationToken cancellationToken = default);
}
