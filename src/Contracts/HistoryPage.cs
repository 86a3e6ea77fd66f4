namespace SseFabric.Contracts;

/// <summary>What a channel's history holds after a cursor, and what it knows of what it doesn't hold any more.</summary>
/// <param name="Outcome">How the page relates to the cursor that was asked for; <see cref="ResumeOutcome.Exact"/> if none was.</param>
/// <param name="Events">In the channel's order, up to <paramref name="Head"/>. A gap may lie wherever the epoch changes.</param>
/// <param name="Head">Where the channel stood when the page was made.</param>
/// <param name="TrimmedThrough">The newest event that was trimmed; <c>default</c> if none was.</param>
/// <param name="ClosedEpochs">Where the epochs before <paramref name="Head"/>'s ended, as far as they are remembered, oldest first.</param>
public sealed record HistoryPage(
    ResumeOutcome Outcome,
    IReadOnlyList<PublishedEvent> Events,
    Cursor Head,
    Cursor TrimmedThrough,
    IReadOnlyList<Cursor> ClosedEpochs);
