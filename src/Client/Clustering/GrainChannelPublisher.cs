using SseFabric.Contracts;
using SseFabric.Contracts.Clustering;

namespace SseFabric.Client.Clustering;

/// <summary>Publishes straight to the channel's grain, as an Orleans client of the cluster or within one of its silos. Any thread.</summary>
/// <remarks>
/// Without a frontend in between: the answer comes from the channel's owner, in less than a millisecond on a good network. Nothing is retried; with an
/// idempotency key the caller may repeat an <see cref="PublishOutcome.Unavailable"/>.
/// </remarks>
/// <param name="grains">The application's <c>IClusterClient</c>, or its silo's <c>IGrainFactory</c>.</param>
public sealed class GrainChannelPublisher(IGrainFactory grains) : IChannelPublisher
{
    // By the grain's type and not by its interface: that is looked up in what the silos have, and fails while no silo has channels.
    private static readonly GrainType s_channel = GrainType.Create("channel");

    /// <inheritdoc/>
    public async ValueTask<PublishAnswer> PublishAsync(
        ChannelName channel, IReadOnlyList<NewEvent> events, string? idempotencyKey = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (PublishRequest.Refusal(channel, events, idempotencyKey) is { } refusal)
        {
            return refusal;
        }

        try
        {
            var grain = grains.GetGrain<IChannelGrain>(GrainId.Create(s_channel, IdSpan.Create(channel.Value)));
            return Answer(channel, await grain.PublishAsync([.. events], idempotencyKey).WaitAsync(cancellationToken));
        }
        catch (Exception exception) when (IsUnreachable(exception) && !cancellationToken.IsCancellationRequested)
        {
            return PublishAnswer.Refused(PublishOutcome.Unavailable, $"The owner of channel '{channel}' can't be reached: {exception.Message}");
        }
    }

    // Orleans' rejections, and connections that end under calls still on their way.
    private static bool IsUnreachable(Exception exception) =>
        exception is OrleansException or TimeoutException or ObjectDisposedException or OperationCanceledException or IOException;

    private static PublishAnswer Answer(ChannelName channel, PublishResult result) => result.Outcome switch
    {
        PublishOutcome.Accepted => PublishAnswer.Accepted(result.Last.ToString(), result.Subscribers, result.IsRepeat),
        PublishOutcome.TooLarge => PublishAnswer.Refused(result.Outcome, $"An event is larger than channel '{channel}' takes (MaxEventBytes)."),
        PublishOutcome.BadFormat => PublishAnswer.Refused(result.Outcome, $"An event is not of the format of channel '{channel}'."),
        PublishOutcome.Overloaded => PublishAnswer.Refused(result.Outcome, $"Too much is waiting for delivery on channel '{channel}'."),
        _ => PublishAnswer.Refused(result.Outcome, $"The owner of channel '{channel}' can't take events now."),
    };
}
