using SseFabric.Contracts;

namespace SseFabric.Client;

/// <summary>The answer to a publish of one or more events: all of them were accepted, or none. Immutable.</summary>
/// <param name="Outcome">Accepted, or why not.</param>
public sealed record PublishAnswer(PublishOutcome Outcome)
{
    /// <summary>Whether the events were accepted.</summary>
    public bool IsAccepted => Outcome == PublishOutcome.Accepted;

    /// <summary>The id of the last of the events, as subscribers of this channel alone see it. Null if not accepted, and where nobody can tell: Redis
    /// PUBLISH gives none.</summary>
    public string? Id { get; init; }

    /// <summary>Subscribers of the channel in the whole cluster; over Redis PUBLISH the subscriptions that Redis counts, of which the fabric has one. 0 if
    /// not accepted.</summary>
    public int Subscribers { get; init; }

    /// <summary>Whether this is the answer to an earlier publish under the same idempotency key, and nothing was published now.</summary>
    public bool IsRepeat { get; init; }

    /// <summary>Why the events were not accepted, in a sentence for people. Null if they were.</summary>
    public string? Detail { get; init; }

    /// <summary>When to try again, as the server wishes it. Null if it said nothing.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>An answer that the events were accepted.</summary>
    public static PublishAnswer Accepted(string? id, int subscribers, bool isRepeat = false) =>
        new(PublishOutcome.Accepted) { Id = id, Subscribers = subscribers, IsRepeat = isRepeat };

    /// <summary>An answer that they were not.</summary>
    public static PublishAnswer Refused(PublishOutcome outcome, string detail, TimeSpan? retryAfter = null) =>
        new(outcome) { Detail = detail, RetryAfter = retryAfter };
}
