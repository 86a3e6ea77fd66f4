using SseFabric.Contracts;

namespace SseFabric.Client;

/// <summary>What every publisher checks before it sends anything, so that all give the same answers.</summary>
internal static class PublishRequest
{
    /// <summary>Throws at what only a bug can bring about; else the answer to what can't be published, or null.</summary>
    public static PublishAnswer? Refusal(ChannelName channel, IReadOnlyList<NewEvent> events, string? idempotencyKey)
    {
        ArgumentNullException.ThrowIfNull(events);
        if (channel == default)
        {
            throw new ArgumentException("A channel name must not be empty.", nameof(channel));
        }

        if (events.Count == 0)
        {
            throw new ArgumentException("A publish has at least one event.", nameof(events));
        }

        if (idempotencyKey is not null && !IsValidKey(idempotencyKey))
        {
            throw new ArgumentException(
                $"An idempotency key has 1 to {PublishResult.MaxIdempotencyKeyLength} printable ASCII characters; '{idempotencyKey}' isn't one.", nameof(idempotencyKey));
        }

        foreach (var offered in events)
        {
            if (!NewEvent.IsValidType(offered.Type))
            {
                return PublishAnswer.Refused(
                    PublishOutcome.BadFormat,
                    $"An event's type has 1 to {NewEvent.MaxTypeLength} characters without CR, LF or NUL; '{offered.Type}' isn't one.");
            }

            if (offered.Retry is { } retry && (retry < TimeSpan.Zero || retry.TotalMilliseconds > int.MaxValue))
            {
                return PublishAnswer.Refused(PublishOutcome.BadFormat, $"A reconnection time is 0 to {int.MaxValue} ms; {retry} isn't.");
            }
        }

        return null;
    }

    private static bool IsValidKey(string key) => key.Length is > 0 and <= PublishResult.MaxIdempotencyKeyLength && !key.AsSpan().ContainsAnyExceptInRange('!', '~');
}
