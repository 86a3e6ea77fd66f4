using System.Globalization;

namespace SseFabric.Contracts;

/// <summary>The answer to a publish of one or more events: all of them were accepted, or none.</summary>
/// <param name="Outcome">Accepted, or why not.</param>
/// <param name="Last">The position after the last of them; meaningless unless accepted.</param>
/// <param name="Subscribers">Subscribers of the channel in the whole cluster, as last reported by the frontends.</param>
/// <param name="IsRepeat">Whether nothing was published now, because an earlier publish with the same idempotency key was accepted; this is what that answered.</param>
/// <param name="Number">The last one's number in a store that has a numbering of its own, of which subscribers' ids are made; null in any other channel.</param>
public readonly record struct PublishResult(PublishOutcome Outcome, Cursor Last, int Subscribers, bool IsRepeat = false, long? Number = null)
{
    /// <summary>The longest idempotency key, in characters.</summary>
    public const int MaxIdempotencyKeyLength = 255;

    /// <summary>How long a channel remembers an idempotency key after the publish was accepted.</summary>
    public static readonly TimeSpan IdempotencyWindow = TimeSpan.FromMinutes(5);

    /// <summary>The last one's id, as publishers are told it.</summary>
    public string Id => Number is { } number ? number.ToString(CultureInfo.InvariantCulture) : Last.ToString();

    /// <summary>A refusal.</summary>
    public static PublishResult Refused(PublishOutcome outcome) => new(outcome, default, 0);
}
