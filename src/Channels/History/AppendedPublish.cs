using SseFabric.Contracts;

namespace SseFabric.Channels.History;

/// <summary>What became of an <see cref="AppendPublish"/>.</summary>
/// <param name="Position">Where its first event came after; of a repeat, where its last one came to stand.</param>
/// <param name="IsRepeat">Whether nothing was appended, as its key had been used.</param>
internal readonly record struct AppendedPublish(Cursor Position, bool IsRepeat);
