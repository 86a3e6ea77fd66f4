using SseFabric.Contracts;

namespace SseFabric.Frontend.Resume;

/// <summary>What a last event id says of one channel.</summary>
/// <param name="Kind">How to read <paramref name="Cursor"/>.</param>
/// <param name="Cursor">The position, if the kind has one.</param>
internal readonly record struct ResumePoint(ResumeKind Kind, Cursor Cursor = default);
