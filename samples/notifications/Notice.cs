namespace SseFabric.Notifications;

/// <summary>What one user tells another.</summary>
internal sealed record Notice(string? Text, string? From = null, DateTimeOffset? At = null)
{
    private const int MaxLength = 500;

    /// <summary>What is wrong with it, or null.</summary>
    public string? Fault() => Text?.Trim() is { Length: > 0 and <= MaxLength } ? null : $"\"text\" has 1 to {MaxLength} characters.";
}
