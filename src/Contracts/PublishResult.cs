namespace SseFabric.Contracts;

/// <summary>The answer to a publish of one or more events: all of them were accepted, or none.</summary>
/// <param name="Outcome">Accepted, or why not.</param>
/// <param name="Last">The position after the last of them; meaningless unless accepted.</param>
/// <param name="Subscribers">Subscribers of the channel in the whole cluster, as last reported by the frontends.</param>
public readonly record struct PublishResult(PublishOutcome Outcome, Cursor Last, int Subscribers)
{
    /// <summary>A refusal.</summary>
    public static PublishResult Refused(PublishOutcome outcome) => new(outcome, default, 0);
}
