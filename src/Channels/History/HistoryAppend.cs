using SseFabric.Contracts;

namespace SseFabric.Channels.History;

/// <summary>What a channel's owner appends at once.</summary>
/// <param name="Position">Where the owner stands: the events are numbered after it, and after what is stored.</param>
/// <param name="Owner">Who appends; unique to one life of a channel at one owner.</param>
/// <param name="Number">Grows with each append of the owner.</param>
/// <param name="At">When, in Unix milliseconds of the owner's clock.</param>
/// <param name="Publishes">In order; each one's events stay together.</param>
internal sealed record HistoryAppend(Cursor Position, string Owner, long Number, long At, IReadOnlyList<AppendPublish> Publishes);
