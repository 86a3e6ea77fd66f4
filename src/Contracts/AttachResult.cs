namespace SseFabric.Contracts;

/// <summary>The answer to an attach.</summary>
/// <param name="Outcome">Whether the feed is attached.</param>
/// <param name="Head">Where the channel stood: every later event is delivered to the feed. Meaningless unless attached.</param>
public readonly record struct AttachResult(AttachOutcome Outcome, Cursor Head);
