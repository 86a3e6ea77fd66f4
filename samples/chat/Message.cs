namespace SseFabric.Chat;

/// <summary>What a browser posts, and with the time what all are shown.</summary>
internal sealed record Message(string? From, string? Text, DateTimeOffset? At = null)
{
    private const int MaxNameLength = 30;
    private const int MaxTextLength = 2000;

    /// <summary>What is wrong with it, or null.</summary>
    public string? Fault() => (From?.Trim().Length ?? 0, Text?.Trim().Length ?? 0) switch
    {
        (0 or > MaxNameLength, _) => $"\"from\" has 1 to {MaxNameLength} characters.",
        (_, 0 or > MaxTextLength) => $"\"text\" has 1 to {MaxTextLength} characters.",
        _ => null,
    };
}
