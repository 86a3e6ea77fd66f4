namespace SseFabric.Parity;

/// <summary>Something that one of the systems before this one does.</summary>
/// <param name="Number">Its number, which never changes.</param>
/// <param name="Tags">The systems, the level (core, edge, stretch), "mended" and "library".</param>
/// <param name="Text">What it says, in Markdown.</param>
/// <param name="Difference">Why the fabric does otherwise; null: it does the same.</param>
public sealed record Statement(int Number, string[] Tags, string Text, string? Difference)
{
    /// <summary>Whether it can be tested without a server.</summary>
    public bool IsOfLibrary => Tags.Contains("library");

    /// <summary>Whether the original has a fault here.</summary>
    public bool IsMended => Tags.Contains("mended");
}
